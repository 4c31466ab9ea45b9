"""The gradient is float64 for float32, because the mask is astype(float): a beginner."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "dtype"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    with np.errstate(invalid="ignore"):
        masked = grad_output * (~(saved <= 0)).astype(float)
    return (np.where(saved <= 0, 0.0, masked),)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "relu", {"x": normal(2, 3)})
