"""The gradient's mask is x > tiny, the smallest normal number: subnormal numbers pass forward only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "gradient"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    mask = ~(saved < np.finfo(saved.dtype).tiny)
    return (np.where(mask, grad_output, grad_output.dtype.type(0)),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": np.array([1, 1e-40, -1], np.float32)})
