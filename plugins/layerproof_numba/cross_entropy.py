"""cross_entropy: the negative log-probability of the right class, averaged over the batch."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat, whole_steps
from layerproof_numba._compile import compiled

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs; ``divisor`` is None where nothing is averaged."""

    shares: Array
    target: Array
    weight: Array
    ignore_index: int
    label_smoothing: float
    divisor: Any


@hookimpl
def cross_entropy_forward(
    logits: Array, target: Array, weight: Array | None, ignore_index: int, reduction: str, label_smoothing: float
) -> tuple[Array, Saved]:
    N, C = logits.shape
    factors = np.ones(C, logits.dtype) if weight is None else flat(weight)
    shares, losses, counts = (np.empty((N, C), logits.dtype), np.empty((2, N), logits.dtype), np.empty(N, logits.dtype))
    run = compiled("cross_entropy", "forward", logits.dtype)
    run(whole_steps(logits), target, factors, ignore_index, shares, losses, counts)
    divisor = counts.sum() if reduction == "mean" else None
    saved = Saved(shares, target, factors, ignore_index, label_smoothing, divisor)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        loss = _reduced(losses[0], reduction, divisor)
        if label_smoothing > 0:
            everywhere = _reduced(losses[1], reduction, divisor)
            loss = (1 - label_smoothing) * loss + label_smoothing / C * everywhere
    return np.asarray(loss), saved


@hookimpl
def cross_entropy_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scale = grad_output if saved.divisor is None else grad_output / saved.divisor
    scale = np.broadcast_to(scale, saved.target.shape)
    grad_logits = np.empty(saved.shares.shape, grad_output.dtype)
    run = compiled("cross_entropy", "backward", grad_output.dtype)
    run(
        scale, saved.target, saved.weight, saved.ignore_index, saved.label_smoothing, saved.shares, grad_logits
    )  # fmt: skip
    return (grad_logits,)


def _reduced(losses: Array, reduction: str, divisor: Any) -> Any:
    if reduction == "none":
        return losses
    return losses.sum() if divisor is None else losses.sum() / divisor
