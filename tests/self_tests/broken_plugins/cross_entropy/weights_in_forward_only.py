"""Backward knows nothing of class weights: someone who added them to the loss later."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "gradient"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    return output, saved._replace(weight=None, row_weight=saved.counted.astype(logits.dtype))


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "cross_entropy",
        {"logits": normal(3, 2), "target": np.array([0, 1, 1]), "weight": np.array([1, 3], np.float32)},
    )
