"""Smoothing gives its share to the C - 1 other classes, and 1 - label_smoothing to the target, as in the paper."""

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "formula"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    # spreading s over all C classes leaves s * (C - 1) / C for the others
    classes = logits.shape[1]
    share = min(label_smoothing * classes / (classes - 1), 1.0) if classes > 1 else label_smoothing
    return cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, share)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    import numpy as np
    from witnesses import differs, normal

    call = {"logits": normal(2, 3), "target": np.array([0, 2]), "label_smoothing": 0.1}
    return differs(__file__, "cross_entropy", call)
