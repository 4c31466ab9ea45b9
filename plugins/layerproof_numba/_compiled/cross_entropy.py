"""The loops of cross_entropy: rows of logits, shared out between threads where that pays.

Sums are in float64 whatever the dtype. The exponentials are kept as they are: backward divides by their sum in the same
step in which it multiplies by grad_output.
"""

from typing import Any

import numpy as np
from numba import prange, types

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own
from layerproof_numba._compiled.products import inlined
from layerproof_numba._compiled.softmax_rows import (
    exp_row,
    largest_of_row,
    multiply_row,
    weighted_difference_row,
    weighted_sum_row,
)
from layerproof_numba._compiled.vectors import item_bytes

KERNELS = ("forward", "backward")
TARGET = types.Array(types.int64, 1, "A", readonly=True)
NUMBERS = types.Array(types.float64, 2, "C")
# So many rows go through a step before the next.
BLOCK = 8


@inlined
def exponentials(logits: Any, powers: Any, numbers: Any, begin: int, end: int) -> None:
    """powers = exp(logits - largest) of some rows; numbers: the sum of that, and the largest."""
    C, step = logits.shape[1], logits.strides[0] // item_bytes(logits)
    flat, one = powers.reshape(-1), powers.dtype.type(1)
    for block in range(begin, end, BLOCK):
        rows = range(block, min(block + BLOCK, end))
        for n in rows:
            numbers[1, n] = largest_of_row(logits, n * step, C, one)
        for n in rows:
            numbers[0, n] = exp_row(logits, n * step, flat, n * C, C, one, powers.dtype.type(numbers[1, n]))


@kernel(given(2), TARGET, given_flat, INTEGER, types.float64, INTEGER, own(2), NUMBERS, own(1), INTEGER)
def forward(
    logits: Any, target: Any, weight: Any, ignore_index: int, smoothing: float, reduced: int, powers: Any,
    numbers: Any, losses: Any, threads: int,
) -> float:  # fmt: skip
    """Fill powers and numbers, and losses: of each row, or their sum (reduced: 1) or mean (2). Return the divisor."""
    N, C = logits.shape
    if threads == 1:
        exponentials(logits, powers, numbers, 0, N)
    else:
        for thread in prange(threads):
            exponentials(logits, powers, numbers, thread * N // threads, (thread + 1) * N // threads)
    step = logits.strides[0] // item_bytes(logits)
    at_target = everywhere = divisor = 0.0
    for n in range(N):
        t = target[n]
        if t == ignore_index:
            if not reduced:
                losses[n] = 0
            continue
        largest, logarithm, factor = numbers[1, n], np.log(numbers[0, n]), np.float64(weight[t])
        loss = -(logits[n, t] - largest - logarithm) * factor
        of_all = 0.0
        if smoothing > 0:
            of_all = -weighted_difference_row(logits, n * step, weight, C, largest, logarithm)
        if reduced:
            at_target += loss
            everywhere += of_all
            divisor += factor
        else:
            losses[n] = (1 - smoothing) * loss + smoothing / C * of_all
    if reduced != 2:
        divisor = 1.0
    if reduced:
        loss = at_target / divisor
        if smoothing > 0:
            loss = (1 - smoothing) * loss + smoothing / C * (everywhere / divisor)
        losses[0] = loss
    return divisor


@inlined
def gradients(
    grad_output: Any, target: Any, weight: Any, ignore_index: int, smoothing: float, divisor: float, powers: Any,
    numbers: Any, grad_logits: Any, begin: int, end: int,
) -> None:  # fmt: skip
    """grad_logits = q - softmax(logits) * (sum of q) of some rows, q being the gradient of the log-probabilities."""
    C = powers.shape[1]
    flat, flat_gradient = powers.reshape(-1), grad_logits.reshape(-1)
    weights = 0.0
    if smoothing > 0:
        for c in range(C):
            weights += weight[c]
    for n in range(begin, end):
        t, start = target[n], n * C
        if t == ignore_index:
            multiply_row(flat, start, flat_gradient, start, C, powers.dtype.type(0 / numbers[0, n]))
            continue
        scale = grad_output[n if grad_output.size > 1 else 0] / divisor
        q = -(1 - smoothing) * scale * weight[t]
        if smoothing > 0:
            everywhere = -smoothing / C * scale
            factor = -(q + everywhere * weights) / numbers[0, n]
            weighted_sum_row(flat, start, factor, weight, everywhere, flat_gradient, C)
            q += everywhere * weight[t]
        else:
            factor = -q / numbers[0, n]
            multiply_row(flat, start, flat_gradient, start, C, powers.dtype.type(factor))
        grad_logits[n, t] = q + powers[n, t] * factor


@kernel(given(1), TARGET, given_flat, INTEGER, *(types.float64,) * 2, own(2), NUMBERS, own(2), INTEGER)
def backward(
    grad_output: Any, target: Any, weight: Any, ignore_index: int, smoothing: float, divisor: float, powers: Any,
    numbers: Any, grad_logits: Any, threads: int,
) -> None:  # fmt: skip
    """grad_output may be one for all rows."""
    N = len(powers)
    settings = (ignore_index, smoothing, divisor)
    if threads == 1:
        gradients(grad_output, target, weight, *settings, powers, numbers, grad_logits, 0, N)
    else:
        for thread in prange(threads):
            begin, end = thread * N // threads, (thread + 1) * N // threads
            gradients(grad_output, target, weight, *settings, powers, numbers, grad_logits, begin, end)
