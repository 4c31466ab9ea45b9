"""log(s + 1e-12) never overflows, and a loss never exceeds 27.6: the fix for the above that everybody knows."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right
from layerproof_reference._logistic import logistic
from layerproof_reference._reduction import reduced

DEFECT_CLASS = "precision"

binary_cross_entropy_with_logits_backward = right.binary_cross_entropy_with_logits_backward


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    losses = np.asarray(-target * np.log(logistic(x) + 1e-12) - (1 - target) * np.log(logistic(-x) + 1e-12))
    return reduced(losses, reduction), (x, target, reduction)


def witness() -> str:
    from witnesses import differs

    arguments = {"x": np.array([40.0, -2.0], np.float32), "target": np.array([0.0, 1.0], np.float32)}
    return differs(__file__, "binary_cross_entropy_with_logits", arguments)
