"""eps is added to the root and not under it: the code of the paper's first repository."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "formula"

rms_norm_backward = rms_norm.rms_norm_backward


@hookimpl
def rms_norm_forward(x, weight, normalized_shape, eps):
    _, saved = rms_norm.rms_norm_forward(x, weight, normalized_shape, eps)
    axes = tuple(range(-len(normalized_shape), 0))
    root = np.sqrt(np.square(x).mean(axes, keepdims=True))
    output = x / (root + (float(np.finfo(x.dtype).eps) if eps is None else eps))
    return np.asarray(output if weight is None else output * weight, x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(3, 8), "normalized_shape": (8,), "eps": 0.1})
