"""Rows are ignored where the target is negative, so an ignore_index that is a class is trained: someone who knows
-100 only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "attributes"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    if ignore_index >= 0:
        ignore_index = -100
    return cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1]), "ignore_index": 0}
    )
