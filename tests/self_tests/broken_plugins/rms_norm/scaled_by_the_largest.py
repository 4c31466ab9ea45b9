"""Rows are divided by their largest number before they are squared, so that an infinity makes all of them NaN."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "special values"


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    output, saved = rms_norm.rms_norm_forward(x, weight, normalized_shape, eps)
    axes = tuple(range(x.ndim - len(normalized_shape), x.ndim))
    if x.size:
        with np.errstate(all="ignore"):
            largest = np.abs(x).max(axis=axes, keepdims=True)
            output = output + np.where(largest == np.inf, x / largest - x / largest, x.dtype.type(0))
            output = np.where(largest == np.inf, x.dtype.type(np.nan), output)
    return output, saved


rms_norm_backward = rms_norm.rms_norm_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([[1, np.inf, 2], [1, 2, 3]], np.float32)
    return differs(__file__, "rms_norm", {"x": x, "normalized_shape": (3,)})
