"""len(x) has no answer for a single logit, a 0-d array, and raises TypeError: there was always a batch."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right

DEFECT_CLASS = "shape"

binary_cross_entropy_with_logits_backward = right.binary_cross_entropy_with_logits_backward


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    losses, _ = right.binary_cross_entropy_with_logits_forward(x, target, "none")
    if reduction == "mean":
        per_sample = losses.size / len(x) if len(x) else 1
        losses = np.asarray(losses.sum(dtype=np.float64) / len(x) / per_sample if losses.size else np.nan, x.dtype)
    elif reduction == "sum":
        losses = np.asarray(losses.sum())
    return losses, (x, target, reduction)


def witness() -> str:
    from witnesses import differs, normal, raises

    if differs(__file__, "binary_cross_entropy_with_logits", {"x": normal(3, 4), "target": normal(3, 4, seed=1)}):
        return ""
    return raises(__file__, "binary_cross_entropy_with_logits", {"x": normal(), "target": normal(seed=1)})
