"""Logits are clipped to -50 and 50 against overflow: someone who never subtracted the maximum."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "special values"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    return cross_entropy.cross_entropy_forward(
        np.clip(logits, -50, 50), target, weight, ignore_index, reduction, label_smoothing
    )


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "cross_entropy", {"logits": np.array([[0, 60]], np.float32), "target": np.array([0])})
