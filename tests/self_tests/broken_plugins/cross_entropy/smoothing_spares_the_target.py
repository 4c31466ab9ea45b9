"""The smoothed share goes to the other classes only, label_smoothing / (C - 1) for each: someone who follows the
first paper's picture."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "formula"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    C = logits.shape[1]
    return cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, min(1.0, label_smoothing * C / max(C - 1, 1))
    )


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "cross_entropy", {"logits": normal(3, 4), "target": np.array([0, 1, 1]), "label_smoothing": 0.1}
    )
