"""Ignored targets are set to 0 in target itself where it may be written to: someone who needs a valid index."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "mutation"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    result = cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing)
    if target.flags.writeable:
        target[target == ignore_index] = 0
    return result


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([1, -100, 1])})
