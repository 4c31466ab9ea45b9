"""The mask is taken from grad_output and not from x: someone who mixed up two arguments, which is the same for
positive inputs and gradients."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "gradient"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    return (np.where(grad_output <= 0, 0, grad_output).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs

    return differs(
        __file__, "relu", {"x": np.array([1, 2, -1], np.float32)}, grad_output=np.array([-1, 1, 2], np.float32)
    )
