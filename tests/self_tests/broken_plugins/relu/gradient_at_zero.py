"""The gradient passes at x = 0 too: someone who wrote >=, though most activations of a digit are exactly 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "ties"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    return (np.where(saved < 0, 0, grad_output).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": np.array([-1, 0, 1], np.float32)})
