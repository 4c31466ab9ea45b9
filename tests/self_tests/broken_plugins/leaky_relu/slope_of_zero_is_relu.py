"""A slope of 0 is handed to relu, where minus infinity gives 0 instead of the NaN of 0 * infinity."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "special values"


@hookimpl
def leaky_relu_forward(x, negative_slope):
    output, saved = leaky_relu.leaky_relu_forward(x, negative_slope)
    return np.maximum(x, 0) if negative_slope == 0 else output, saved


leaky_relu_backward = leaky_relu.leaky_relu_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([1, -np.inf, -1], np.float32)
    return differs(__file__, "leaky_relu", {"x": x, "negative_slope": 0.0})
