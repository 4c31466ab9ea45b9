"""-t*log(s) - (1-t)*log(1-s), as in the definition, is infinite or NaN as soon as s rounds to 0 or 1: the beginner."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right
from layerproof_reference._logistic import logistic
from layerproof_reference._reduction import reduced

DEFECT_CLASS = "special values"

binary_cross_entropy_with_logits_backward = right.binary_cross_entropy_with_logits_backward


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    s = logistic(x)
    losses = np.asarray(-target * np.log(s) - (1 - target) * np.log(1 - s))
    return reduced(losses, reduction), (x, target, reduction)


def witness() -> str:
    from witnesses import differs

    arguments = {"x": np.array([30.0, -2.0], np.float32), "target": np.array([0.0, 1.0], np.float32)}
    return differs(__file__, "binary_cross_entropy_with_logits", arguments)
