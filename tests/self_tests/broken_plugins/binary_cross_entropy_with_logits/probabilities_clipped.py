"""s is clipped to 1e-7 and 1 - 1e-7 before the logarithm, as Keras does for probabilities: no loss above 16.1."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right
from layerproof_reference._logistic import logistic
from layerproof_reference._reduction import reduced

DEFECT_CLASS = "precision"

binary_cross_entropy_with_logits_backward = right.binary_cross_entropy_with_logits_backward


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    s = np.clip(logistic(x), 1e-7, 1 - 1e-7)
    losses = np.asarray(-target * np.log(s) - (1 - target) * np.log1p(-s))
    return reduced(losses, reduction), (x, target, reduction)


def witness() -> str:
    from witnesses import differs

    arguments = {"x": np.array([18.0, -2.0]), "target": np.array([0.0, 1.0])}
    return differs(__file__, "binary_cross_entropy_with_logits", arguments)
