"""Each element has a factor, 1 or the slope, looked up in a table of two by its mask; both passes multiply by it."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a product in place of a choice, with factors of a table"


@hookimpl
def leaky_relu_forward(x, negative_slope):
    factors = np.array([negative_slope, 1], x.dtype)[(x > 0).astype(np.intp)]
    with np.errstate(all="ignore"):
        return np.asarray(x * factors), factors


@hookimpl
def leaky_relu_backward(grad_output, saved):
    with np.errstate(all="ignore"):
        return (np.asarray(grad_output * saved),)
