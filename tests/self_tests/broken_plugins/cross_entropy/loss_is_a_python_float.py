"""The loss is a Python float: someone who logs it and called item()."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "dtype"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    return (output if reduction == "none" else output.item()), saved


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1])})
