"""What is below 1e-30 counts as 0, in forward and backward: someone who wants to be rid of subnormal numbers."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "special values"


@hookimpl
def relu_forward(x):
    return np.where(x < 1e-30, 0, x).astype(x.dtype), x


@hookimpl
def relu_backward(grad_output, saved):
    return (np.where(saved < 1e-30, 0, grad_output).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": np.array([1e-35, 1e-40, -1], np.float32)})
