"""binary_cross_entropy_with_logits: (1 - target) * x - log(sigmoid(x)), reduced to its mean or sum, or not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._logistic import logistic
from layerproof_reference._reduction import reduced, share

Array = NDArray[Any]


@hookimpl
def binary_cross_entropy_with_logits_forward(
    x: Array, target: Array, reduction: str
) -> tuple[Array, tuple[Array, Array, str]]:
    with np.errstate(all="ignore"):
        # log(sigmoid(x)) = min(x, 0) - log(1 + exp(-|x|)) does not overflow. The minimum goes first: for a target of
        # exactly 0 or 1 it cancels without rounding, and what remains of a good prediction is exp(-|x|).
        losses = ((1 - target) * x - np.minimum(x, 0)) + np.log1p(np.exp(-np.abs(x)))
        return reduced(losses, reduction), (x, target, reduction)


@hookimpl
def binary_cross_entropy_with_logits_backward(
    grad_output: Array, saved: tuple[Array, Array, str], needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    # d log(sigmoid(x))/dx = 1 - sigmoid(x), so d output/dx = 1 - target - 1 + sigmoid(x) = sigmoid(x) - target.
    if not needs_input_grad[0]:
        return (None,)
    x, target, reduction = saved
    with np.errstate(all="ignore"):
        return (np.asarray((logistic(x) - target) * share(x, reduction) * grad_output),)
