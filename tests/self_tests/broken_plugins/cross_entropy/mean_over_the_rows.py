"""The mean divides by N and not by the sum of the weights: someone who never gave weights."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "reduction"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    if reduction != "mean" or weight is None:
        return output, saved
    with np.errstate(all="ignore"):
        rows = logits.dtype.type(saved.counted.sum())
        return np.asarray(output * saved.divisor / rows), saved._replace(divisor=rows)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "cross_entropy",
        {"logits": normal(3, 2), "target": np.array([0, 1, 1]), "weight": np.array([1, 3], np.float32)},
    )
