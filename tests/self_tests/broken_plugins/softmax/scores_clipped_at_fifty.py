"""Differences below -50 are clipped, so the smallest shares are too large: someone who feared underflow."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "precision"


@hookimpl
def softmax_forward(x, dim):
    if not x.size or not x.ndim:
        return softmax.softmax_forward(x, dim)
    with np.errstate(all="ignore"):
        shifted = x - x.max(dim, keepdims=True)
    return softmax.softmax_forward(np.where(np.isinf(shifted), shifted, np.maximum(shifted, -50)).astype(x.dtype), dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([[0, -70, 1]], np.float32)}, elementwise=True, relative=1e-2)
