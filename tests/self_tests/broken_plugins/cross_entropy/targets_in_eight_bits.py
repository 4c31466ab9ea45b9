"""Targets are kept as int8, which overflows from class 128 on: someone who saves memory for ten digits."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "sizes"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    return output, saved._replace(classes=saved.classes.astype(np.int8))


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(2, 200), "target": np.array([3, 150])})
