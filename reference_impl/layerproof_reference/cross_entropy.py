"""cross_entropy: the negative log-probability of the right class, averaged over the batch."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs; an ignored row has class 0 and row_weight 0."""

    log_p: Array
    classes: Array
    counted: Array
    row_weight: Array
    weight: Array | None
    divisor: Any
    label_smoothing: float


@hookimpl
def cross_entropy_forward(
    logits: Array, target: Array, weight: Array | None, ignore_index: int, reduction: str, label_smoothing: float
) -> tuple[Array, Saved]:
    counted = target != ignore_index
    classes = np.where(counted, target, 0)
    row_weight = counted.astype(logits.dtype) if weight is None else np.where(counted, weight[classes], 0)
    row_weight = row_weight.astype(logits.dtype, copy=False)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        # NumPy sums pairwise along contiguous memory only, which keeps the rounding errors small for many classes
        log_p = _log_softmax(np.ascontiguousarray(logits))
        divisor = row_weight.sum() if reduction == "mean" else None
        at_target = np.where(counted, -log_p[np.arange(len(target)), classes] * row_weight, 0)
        loss = _reduced(at_target.astype(logits.dtype, copy=False), reduction, divisor)
        if label_smoothing > 0:
            everywhere = -(log_p if weight is None else log_p * weight).sum(axis=1)
            everywhere = np.where(counted, everywhere, 0).astype(logits.dtype, copy=False)
            share = label_smoothing / logits.shape[1]
            loss = (1 - label_smoothing) * loss + share * _reduced(everywhere, reduction, divisor)
    return np.asarray(loss), Saved(log_p, classes, counted, row_weight, weight, divisor, label_smoothing)


@hookimpl
def cross_entropy_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # The loss is linear in log_p. Its gradient q is -(1 - label_smoothing) * weight[t] at the target t, and
    # -label_smoothing / C * weight[c] at every class c, times grad_output, which a mean divides by its divisor.
    # With log_p[c] = logits[c] - log(sum of exp(logits)) and p = exp(log_p),
    #     d log_p[c] / d logits[j] = (c == j) - p[j], hence grad_logits[j] = q[j] - p[j] * sum of q.
    if not needs_input_grad[0]:
        return (None,)
    dtype = grad_output.dtype
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scale = grad_output if saved.divisor is None else grad_output / saved.divisor
        scale = np.where(saved.counted, scale, 0).astype(dtype, copy=False)
        q = np.zeros_like(saved.log_p)
        if saved.label_smoothing > 0:
            q -= (saved.label_smoothing / q.shape[1] * scale)[:, None] * (1 if saved.weight is None else saved.weight)
        q[np.arange(len(q)), saved.classes] -= (1 - saved.label_smoothing) * scale * saved.row_weight
        return (q - np.exp(saved.log_p) * q.sum(axis=1, keepdims=True),)


def _log_softmax(x: Array) -> Array:
    shifted = x - x.max(axis=1, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log_p


def _reduced(losses: Array, reduction: str, divisor: Any) -> Any:
    if reduction == "none":
        return losses
    return losses.sum() if divisor is None else losses.sum() / divisor
