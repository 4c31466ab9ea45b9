"""eps=None means the epsilon of float32 for float64 too: a constant at the head of the file."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "dtype"

EPS = float(np.finfo(np.float32).eps)

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    return rms_norm.rms_norm_forward(x, weight, normalized_shape, EPS if eps is None else eps)


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "rms_norm", {"x": normal(3, 8), "normalized_shape": (8,)}):
        return ""
    return differs(__file__, "rms_norm", {"x": normal(3, 8, dtype="float64"), "normalized_shape": (8,)})
