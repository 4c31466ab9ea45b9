"""The target of an ignored row is used as an index before the row is masked, which raises when |ignore_index|
exceeds the classes: someone who masks last."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "edges"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    picked = logits[np.arange(len(target)), target]
    assert len(picked) == len(target)
    return cross_entropy.cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing)


cross_entropy_backward = cross_entropy.cross_entropy_backward


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, -100, 1])})
