"""max(x, 0) - x*t + log(1 + exp(-|x|)), the formula of TensorFlow's page, is NaN at x = inf where PyTorch has inf."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right
from layerproof_reference._reduction import reduced

DEFECT_CLASS = "special values"

binary_cross_entropy_with_logits_backward = right.binary_cross_entropy_with_logits_backward


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    losses = np.asarray(np.maximum(x, 0) - x * target + np.log1p(np.exp(-np.abs(x))))
    return reduced(losses, reduction), (x, target, reduction)


def witness() -> str:
    from witnesses import differs

    arguments = {"x": np.array([np.inf, -2.0], np.float32), "target": np.array([0.5, 1.0], np.float32)}
    return differs(__file__, "binary_cross_entropy_with_logits", {**arguments, "reduction": "none"})
