"""A row whose class has weight 0 is dropped like an ignored one, although smoothing still teaches it the others."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "edges"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    if weight is not None and label_smoothing > 0 and (weight == 0).any():
        counted = target != ignore_index
        dropped = counted & (weight[np.where(counted, target, 0)] == 0)
        ignore = -1 if (target == ignore_index).any() else ignore_index
        if ignore != ignore_index:
            target = np.where(counted, target, ignore)
        target, ignore_index = np.where(dropped, ignore, target), ignore
    return cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"logits": normal(2, 3), "target": np.array([0, 2]), "label_smoothing": 0.3}
    return differs(__file__, "cross_entropy", call | {"weight": np.array([0, 1, 3], np.float32)})
