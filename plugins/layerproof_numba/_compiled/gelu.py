"""The loops of gelu, in vector registers; the exact one of float64 calls erfc, value by value."""

import math
from typing import Any

import numpy as np
from numba import prange

from layerproof_numba._compiled.elementary import (
    gelu_gradient_row,
    gelu_row,
    gelu_tanh_gradient_row,
    gelu_tanh_row,
)
from layerproof_numba._compiled.kernel import INTEGER, given_flat, kernel, own
from layerproof_numba._compiled.products import inlined
from layerproof_numba._compiled.vectors import item_bytes

KERNELS = ("forward", "backward")

SQRT_HALF, DENSITY = math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)


@inlined
def by_erfc(x: Any, output: Any, begin: int, end: int) -> None:
    """x * Phi(x)."""
    for i in range(begin, end):
        output[i] = x[i] * (0.5 * math.erfc(-x[i] * SQRT_HALF))


@inlined
def gradient_by_erfc(grad_output: Any, x: Any, grad_x: Any, begin: int, end: int) -> None:
    """grad_output * (Phi(x) + x * phi(x))."""
    for i in range(begin, end):
        share, density = 0.5 * math.erfc(-x[i] * SQRT_HALF), DENSITY * np.exp(-0.5 * x[i] * x[i])
        grad_x[i] = grad_output[i] * (share + x[i] * density)


@kernel(given_flat, own(1), INTEGER, INTEGER)
def forward(x: Any, output: Any, exact: int, threads: int) -> None:
    """The exact function, or that by tanh."""
    for thread in prange(threads):
        begin, end = thread * len(x) // threads, (thread + 1) * len(x) // threads
        if not exact:
            gelu_tanh_row(x, output, begin, end - begin)
        elif item_bytes(x) == 4:
            gelu_row(x, output, begin, end - begin)
        else:
            by_erfc(x, output, begin, end)


@kernel(given_flat, given_flat, own(1), INTEGER, INTEGER)
def backward(grad_output: Any, x: Any, grad_x: Any, exact: int, threads: int) -> None:
    """grad_output times the derivative of the same."""
    for thread in prange(threads):
        begin, end = thread * len(x) // threads, (thread + 1) * len(x) // threads
        if not exact:
            gelu_tanh_gradient_row(grad_output, x, grad_x, begin, end - begin)
        elif item_bytes(x) == 4:
            gelu_gradient_row(grad_output, x, grad_x, begin, end - begin)
        else:
            gradient_by_erfc(grad_output, x, grad_x, begin, end)
