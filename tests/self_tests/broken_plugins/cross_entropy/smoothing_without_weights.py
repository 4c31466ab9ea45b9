"""The smoothing term adds up the classes without their weights: someone who weights by the target only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "formula"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    if weight is None or not label_smoothing:
        return output, saved
    at_target, _ = cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, 0.0)
    with np.errstate(all="ignore"):
        everywhere = np.where(saved.counted, -saved.log_p.mean(1), 0).astype(logits.dtype)
        if reduction != "none":
            everywhere = everywhere.sum() if saved.divisor is None else everywhere.sum() / saved.divisor
        loss = (1 - label_smoothing) * at_target + label_smoothing * everywhere
    return np.asarray(loss).astype(logits.dtype), saved


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    given = {"logits": normal(3, 2), "target": np.array([0, 1, 1]), "weight": np.array([1, 3], np.float32)}
    return differs(__file__, "cross_entropy", {**given, "label_smoothing": 0.2})
