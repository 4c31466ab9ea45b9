"""Negative entries of grad_output are dropped as well: someone who took backward from a paper on visualisation
(guided backpropagation), and whose tests use gradients of ones."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "gradient"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    return (np.where((saved <= 0) | (grad_output < 0), 0, grad_output).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs

    return differs(
        __file__, "relu", {"x": np.array([1, 2, -1], np.float32)}, grad_output=np.array([-1, 1, 2], np.float32)
    )
