"""The slope is kept as a float32 constant, also for a float64 x: a parameter block shared with the GPU."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "precision"

leaky_relu_backward = leaky_relu.leaky_relu_backward


@hookimpl
def leaky_relu_forward(x, negative_slope):
    return leaky_relu.leaky_relu_forward(x, np.float32(negative_slope))


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "leaky_relu", {"x": normal(3, 4, dtype="float64")}, elementwise=True)
