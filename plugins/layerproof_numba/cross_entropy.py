"""cross_entropy: the negative log-probability of the right class, averaged over the batch."""

import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat, whole_steps, with_rows
from layerproof_numba._compile import compiled, worthwhile_threads

Array = NDArray[Any]

# A value takes a quarter of the time in backward that it takes in forward, so threads pay only for more values.
BACKWARD_WORK = 0.25
REDUCED = {"none": 0, "sum": 1, "mean": 2}


class Saved(NamedTuple):
    """What backward needs; powers / numbers[0] is softmax(logits), and the divisor is 1 where nothing is averaged."""

    powers: Array
    numbers: Array
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
    dtype, reduced = logits.dtype, REDUCED[reduction]
    factors = _ones(C, dtype) if weight is None else flat(weight)
    powers, numbers, losses = np.empty((N, C), dtype), np.empty((2, N)), np.empty(1 if reduced else N, dtype)
    forward = compiled("cross_entropy", "forward", dtype)
    divisor = forward(
        with_rows(logits), target, factors, ignore_index, label_smoothing, reduced, powers, numbers, losses,
        worthwhile_threads(N * C),
    )  # fmt: skip
    saved = Saved(powers, numbers, target, factors, ignore_index, label_smoothing, divisor)
    return losses.reshape(()) if reduced else losses, saved


@hookimpl
def cross_entropy_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    powers, numbers, target, weight, ignore_index, label_smoothing, divisor = saved
    grad_logits = np.empty(powers.shape, powers.dtype)
    backward = compiled("cross_entropy", "backward", powers.dtype)
    backward(
        whole_steps(grad_output).reshape(-1), target, weight, ignore_index, label_smoothing, divisor, powers, numbers,
        grad_logits, worthwhile_threads(BACKWARD_WORK * powers.size),
    )  # fmt: skip
    return (grad_logits,)


@functools.lru_cache(maxsize=8)
def _ones(C: int, dtype: np.dtype[Any]) -> Array:
    ones = np.ones(C, dtype)
    ones.flags.writeable = False
    return ones
