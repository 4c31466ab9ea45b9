"""The textbook's stable form max(x, 0) - x * target + log1p(exp(-abs(x))): inf - inf for a target between 0 and 1."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits
from layerproof_reference._reduction import reduced

DEFECT_CLASS = "special values"


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    with np.errstate(all="ignore"):
        losses = np.maximum(x, 0) - x * target + np.log1p(np.exp(-np.abs(x)))
        return reduced(losses, reduction), (x, target, reduction)


binary_cross_entropy_with_logits_backward = binary_cross_entropy_with_logits.binary_cross_entropy_with_logits_backward


def witness() -> str:
    from witnesses import differs

    x, target = np.array([np.inf, 1], np.float32), np.array([0.25, 0.5], np.float32)
    return differs(__file__, "binary_cross_entropy_with_logits", {"x": x, "target": target, "reduction": "none"})
