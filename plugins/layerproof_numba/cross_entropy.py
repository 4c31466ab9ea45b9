"""cross_entropy: the negative log-probability of the right class, averaged over the batch."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat, whole_steps
from layerproof_numba._compile import compiled

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs; the divisor is 1 where nothing is averaged."""

    shares: Array
    target: Array
    weight: Array
    ignore_index: int
    label_smoothing: float
    divisor: float


@hookimpl
def cross_entropy_forward(
    logits: Array, target: Array, weight: Array | None, ignore_index: int, reduction: str, label_smoothing: float
) -> tuple[Array, Saved]:
    N, C = logits.shape
    factors = np.ones(C, logits.dtype) if weight is None else flat(weight)
    shares, losses = np.empty((N, C), logits.dtype), np.empty(N, logits.dtype)
    loss, divisor = compiled("cross_entropy", "forward", logits.dtype)(
        whole_steps(logits), target, factors, ignore_index, label_smoothing, reduction == "mean", shares, losses
    )
    saved = Saved(shares, target, factors, ignore_index, label_smoothing, divisor)
    if reduction == "none":
        return losses, saved
    with np.errstate(over="ignore"):
        return np.array(loss, logits.dtype), saved


@hookimpl
def cross_entropy_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    grad_logits = np.empty(saved.shares.shape, saved.shares.dtype)
    compiled("cross_entropy", "backward", saved.shares.dtype)(
        whole_steps(grad_output).reshape(-1), saved.target, saved.weight, saved.ignore_index, saved.label_smoothing,
        saved.divisor, saved.shares, grad_logits,
    )  # fmt: skip
    return (grad_logits,)
