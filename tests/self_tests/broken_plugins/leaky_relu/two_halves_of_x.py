"""(1+s)/2 * x + (1-s)/2 * |x| avoids the branch, and makes NaN of -inf: an old trick from the GPU forums."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "special values"

leaky_relu_backward = leaky_relu.leaky_relu_backward


@hookimpl
def leaky_relu_forward(x, negative_slope):
    output = (1 + negative_slope) / 2 * x + (1 - negative_slope) / 2 * np.abs(x)
    return np.asarray(output), (x, negative_slope)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "leaky_relu", {"x": np.array([1.0, -np.inf, -2.0], np.float32)})
