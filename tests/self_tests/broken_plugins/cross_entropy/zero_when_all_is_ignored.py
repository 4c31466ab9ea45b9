"""The loss is 0 and not NaN when every row is ignored, because the divisor is at least 1: someone who fears
divisions."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "edges"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    if reduction == "mean" and not saved.counted.any():
        output = np.zeros_like(output)
    return output, saved


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(2, 2), "target": np.array([-100, -100])})
