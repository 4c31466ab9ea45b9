"""Two masks, x > 0 and x <= 0, each multiply their part of the gradient, and NaN is in neither."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "special values"


leaky_relu_forward = leaky_relu.leaky_relu_forward


@hookimpl
def leaky_relu_backward(grad_output, saved):
    x, slope = saved
    with np.errstate(all="ignore"):
        below = np.where(x <= 0, grad_output * slope, grad_output.dtype.type(0))
        return (np.where(x > 0, grad_output, below),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "leaky_relu", {"x": np.array([1, np.nan, -1], np.float32)})
