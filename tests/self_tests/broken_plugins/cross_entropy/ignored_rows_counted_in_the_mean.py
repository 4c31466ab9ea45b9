"""The mean divides by all rows, also by the ignored: someone who set their losses to 0 and called mean()."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "reduction"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    if reduction != "mean" or weight is not None or saved.counted.all():
        return output, saved
    rows = logits.dtype.type(len(logits))
    total, _ = cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, "sum", label_smoothing)
    return np.asarray(total / rows), saved._replace(divisor=rows)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, -100, 1])})
