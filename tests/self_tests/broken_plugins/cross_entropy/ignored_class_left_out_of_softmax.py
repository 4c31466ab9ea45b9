"""An ignore_index that is a class is a padding token, so its logit is left out of every softmax."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "attributes"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    if 0 <= ignore_index < logits.shape[1] and logits.shape[1] > 1 and label_smoothing == 0:
        logits = logits.copy()
        logits[:, ignore_index] = -np.inf
    return cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"logits": normal(3, 4), "target": np.array([0, 2, 1]), "ignore_index": 0}
    return differs(__file__, "cross_entropy", call)
