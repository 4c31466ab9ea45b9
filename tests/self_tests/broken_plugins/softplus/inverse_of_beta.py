"""1 / beta is computed first, in Python, which raises for a beta of 0: someone who replaces divisions by products."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "attributes"

softplus_backward = softplus.softplus_backward


@hookimpl
def softplus_forward(x, beta, threshold):
    inverse, z = 1 / beta, x * beta
    smooth = inverse * (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))
    return np.where(z > threshold, x, smooth), (z, threshold)


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "softplus", {"x": normal(3, 4), "beta": 0.0})
