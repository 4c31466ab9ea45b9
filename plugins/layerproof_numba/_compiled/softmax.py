"""The loops of softmax: lines of values, shared out between threads; sums in float64 whatever the dtype."""

from typing import Any

import numpy as np
from numba import prange

from layerproof_numba._compiled.kernel import INTEGER, kernel, own

KERNELS = ("forward", "backward")


@kernel(own(2), own(2), INTEGER)
def forward(x: Any, shares: Any, threads: int) -> None:
    """shares = exp(x) / sum of exp(x), along each row; the largest is subtracted first, so that nothing overflows."""
    rows, length = x.shape
    for thread in prange(threads):
        for row in range(thread * rows // threads, (thread + 1) * rows // threads):
            largest = x[row, 0]
            for i in range(length):
                if x[row, i] > largest or x[row, i] != x[row, i]:
                    largest = x[row, i]
            total = 0.0
            for i in range(length):
                shares[row, i] = np.exp(x[row, i] - largest)
                total += shares[row, i]
            for i in range(length):
                shares[row, i] = shares[row, i] / total


@kernel(own(2), own(2), own(2), INTEGER)
def backward(grad_output: Any, shares: Any, grad_x: Any, threads: int) -> None:
    """grad_x[j] = shares[j] * (grad_output[j] - sum over i of grad_output[i] * shares[i])."""
    rows, length = shares.shape
    for thread in prange(threads):
        for row in range(thread * rows // threads, (thread + 1) * rows // threads):
            total = 0.0
            for i in range(length):
                total += grad_output[row, i] * shares[row, i]
            for i in range(length):
                grad_x[row, i] = shares[row, i] * (grad_output[row, i] - total)
