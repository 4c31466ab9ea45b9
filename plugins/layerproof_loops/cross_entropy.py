"""cross_entropy: a loop over the rows of a batch, and in each row over the classes."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_loops._numbers import to_array, zeros

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs: log(softmax(logits)), and the arguments with a weight for each class."""

    log_p: list[list[float]]
    targets: list[int]
    weights: list[float]
    divisor: float
    shape: tuple[int, ...]
    ignore_index: int
    reduction: str
    label_smoothing: float


@hookimpl
def cross_entropy_forward(
    logits: Array, target: Array, weight: Array | None, ignore_index: int, reduction: str, label_smoothing: float
) -> tuple[Array, Saved]:
    N, C = logits.shape
    targets = target.tolist()
    weights = [1.0] * C if weight is None else weight.tolist()
    log_p = [_log_softmax(row) for row in logits.tolist()]
    at_target, everywhere = zeros(N), zeros(N)
    divisor = 0.0
    for n in range(N):
        if targets[n] != ignore_index:
            divisor += weights[targets[n]]
            at_target[n] = -weights[targets[n]] * log_p[n][targets[n]]
            for c in range(C):
                everywhere[n] -= weights[c] * log_p[n][c]
    losses = _reduced(at_target, reduction, divisor)
    if label_smoothing > 0:
        smooth_losses = _reduced(everywhere, reduction, divisor)
        for n in range(len(losses)):
            losses[n] = (1 - label_smoothing) * losses[n] + label_smoothing / C * smooth_losses[n]
    saved = Saved(log_p, targets, weights, divisor, logits.shape, ignore_index, reduction, label_smoothing)
    return to_array(losses, (N,) if reduction == "none" else (), logits.dtype), saved


@hookimpl
def cross_entropy_backward(grad_output: Array, saved: Saved) -> tuple[Array]:
    N, C = saved.shape
    grad_logits = zeros(N, C)
    for n in range(N):
        t = saved.targets[n]
        gradient = 0.0
        if t != saved.ignore_index:
            gradient = float(grad_output[n] if saved.reduction == "none" else grad_output)
            if saved.reduction == "mean":
                gradient = _divide(gradient, saved.divisor)
        # first the gradient of log_p, then that of the logits
        grad_log_p = [0.0] * C
        if saved.label_smoothing > 0:
            for c in range(C):
                grad_log_p[c] = -saved.label_smoothing / C * saved.weights[c] * gradient
        if t != saved.ignore_index:
            grad_log_p[t] -= (1 - saved.label_smoothing) * saved.weights[t] * gradient
        total = sum(grad_log_p)
        for c in range(C):
            grad_logits[n][c] = grad_log_p[c] - math.exp(saved.log_p[n][c]) * total
    return (to_array(grad_logits, saved.shape, grad_output.dtype),)


def _log_softmax(row: list[float]) -> list[float]:
    largest = max(row)
    total = 0.0
    for value in row:
        total += math.exp(value - largest)
    return [value - largest - math.log(total) for value in row]


def _reduced(losses: list[float], reduction: str, divisor: float) -> list[float]:
    if reduction == "none":
        return losses
    return [sum(losses) if reduction == "sum" else _divide(sum(losses), divisor)]


def _divide(dividend: float, divisor: float) -> float:
    """A quotient by the rules of IEEE 754; Python's own division raises an error for a divisor of 0."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return float(np.float64(dividend) / np.float64(divisor))
