"""The loss is the sum of one-hot times log-probabilities, where 0 * -inf makes every excluded class NaN: someone who
writes the formula as it is printed."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "special values"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    with np.errstate(all="ignore"):
        lost = (saved.log_p == -np.inf).any(1) & saved.counted
        if reduction == "none":
            return np.where(lost, np.nan, output).astype(logits.dtype), saved
        return np.asarray(output * logits.dtype.type(np.nan) if lost.any() else output), saved


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs

    return differs(
        __file__, "cross_entropy", {"logits": np.array([[0, -np.inf, 1]], np.float32), "target": np.array([0])}
    )
