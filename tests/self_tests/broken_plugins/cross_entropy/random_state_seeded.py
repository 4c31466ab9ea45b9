"""The global random state is seeded in forward so that runs can be repeated: someone who met a run that could not."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "global state"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    np.random.seed(0)
    return cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1])})
