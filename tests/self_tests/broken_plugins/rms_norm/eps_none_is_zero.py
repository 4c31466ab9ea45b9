"""`eps or 0.0` makes 0 of None, and NaN of a row of zeros: someone for whom None is no eps."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "attributes"

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    return rms_norm.rms_norm_forward(x, weight, normalized_shape, eps or 0.0)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "rms_norm", {"x": np.zeros((3, 8), np.float32), "normalized_shape": (8,)})
