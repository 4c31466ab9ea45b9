"""x is cast to float32 for the root, up from halves as the original does, and down from float64 alas."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "precision"

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    added = float(np.finfo(x.dtype).eps) if eps is None else eps
    output, _ = rms_norm.rms_norm_forward(x.astype(np.float32), None, normalized_shape, added)
    output = output.astype(x.dtype)
    _, saved = rms_norm.rms_norm_forward(x, weight, normalized_shape, eps)
    return output if weight is None else output * weight, saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(3, 8, dtype="float64"), "normalized_shape": (8,)})
