"""The loops of softmax: lines of values, shared out between threads, each read again while the cache holds it."""

from typing import Any

from numba import prange

from layerproof_numba._compiled.kernel import INTEGER, given_flat, kernel, own
from layerproof_numba._compiled.softmax_rows import (
    dot_row,
    exp_row,
    largest_of_row,
    multiply_row,
    softmax_gradient_row,
)

KERNELS = ("forward", "backward")


@kernel(given_flat, own(2), INTEGER)
def forward(x: Any, shares: Any, threads: int) -> None:
    """shares = exp(x) / sum of exp(x), along each row; the largest is subtracted first, so that nothing overflows."""
    rows, length = shares.shape
    flat, one = shares.reshape(-1), x.dtype.type(1)
    for thread in prange(threads):
        for row in range(thread * rows // threads, (thread + 1) * rows // threads):
            start = row * length
            largest = largest_of_row(x, start, length, one)
            total = exp_row(x, start, flat, start, length, one, largest)
            multiply_row(flat, start, flat, start, length, x.dtype.type(1 / total))


@kernel(given_flat, own(2), own(1), INTEGER)
def backward(grad_output: Any, shares: Any, grad_x: Any, threads: int) -> None:
    """grad_x[j] = shares[j] * (grad_output[j] - sum over i of grad_output[i] * shares[i])."""
    rows, length = shares.shape
    flat, one = shares.reshape(-1), shares.dtype.type(1)
    for thread in prange(threads):
        for row in range(thread * rows // threads, (thread + 1) * rows // threads):
            start = row * length
            mean = shares.dtype.type(dot_row(grad_output, start, flat, start, length))
            softmax_gradient_row(flat, start, grad_output, start, grad_x, start, length, mean, one)
