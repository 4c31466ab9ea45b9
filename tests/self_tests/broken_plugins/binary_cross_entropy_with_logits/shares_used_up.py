"""Backward subtracts the target from the saved sigmoid in place, so that a second backward subtracts it again."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits
from layerproof_reference._logistic import logistic
from layerproof_reference._reduction import share

DEFECT_CLASS = "state"


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    output, _ = binary_cross_entropy_with_logits.binary_cross_entropy_with_logits_forward(x, target, reduction)
    with np.errstate(all="ignore"):
        return output, (np.asarray(logistic(x)), target, reduction)


@hookimpl
def binary_cross_entropy_with_logits_backward(grad_output, saved):
    shares, target, reduction = saved
    with np.errstate(all="ignore"):
        shares -= target
        return (np.asarray(shares * share(shares, reduction) * grad_output),)


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(3, 4), "target": abs(normal(3, 4, seed=1)) % 1}
    return differs(__file__, "binary_cross_entropy_with_logits", call, backwards=2)
