"""x > threshold / beta replaces beta * x > threshold, which turns around for beta < 0: a hoisted multiplication."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "attributes"

softplus_backward = softplus.softplus_backward


@hookimpl
def softplus_forward(x, beta, threshold):
    z = x * beta
    smooth = (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta
    limit = threshold / beta if beta else np.inf
    return np.where(x > limit, x, smooth), (z, threshold)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softplus", {"x": normal(3, 4), "beta": -2.0, "threshold": 1.0})
