"""The mean square runs over all of x when normalized_shape has more than one axis: `axis=None` for the general case."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "shape"

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    output, saved = rms_norm.rms_norm_forward(x, weight, normalized_shape, eps)
    if len(normalized_shape) == 1 or not x.size:
        return output, saved
    added = float(np.finfo(x.dtype).eps) if eps is None else eps
    output = x / np.sqrt(np.square(x.astype(np.float64)).mean() + added)
    return (output if weight is None else output * weight).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "rms_norm", {"x": normal(1, 4, 5), "normalized_shape": (4, 5)}):
        return ""
    return differs(__file__, "rms_norm", {"x": normal(3, 4, 5), "normalized_shape": (4, 5)})
