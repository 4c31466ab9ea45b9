"""log(1 + exp(-abs(x))) is taken for 0 beyond 20, a constant that suits float32 only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits
from layerproof_reference._reduction import reduced

DEFECT_CLASS = "dtype"


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    with np.errstate(all="ignore"):
        rest = np.where(np.abs(x) > 20, x.dtype.type(0), np.log1p(np.exp(-np.abs(x))))
        losses = ((1 - target) * x - np.minimum(x, 0)) + np.where(np.isnan(x), x, rest)
        return reduced(losses, reduction), (x, target, reduction)


binary_cross_entropy_with_logits_backward = binary_cross_entropy_with_logits.binary_cross_entropy_with_logits_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([20.5, 1.0])
    return differs(
        __file__,
        "binary_cross_entropy_with_logits",
        {"x": x, "target": np.array([0.5, 0.5]), "reduction": "none"},
        relative=1e-12,
        elementwise=True,
    )
