"""The loops of layer_norm: rows shared out between threads, each read again while the cache holds it."""

from typing import Any

import numpy as np
from numba import prange, types

from layerproof_numba._compiled.kernel import INTEGER, given_flat, kernel, own
from layerproof_numba._compiled.moments import (
    deviation_sums,
    normal_row,
    weighted_gradient_row,
    weighted_gradient_sums,
)
from layerproof_numba._compiled.products import inlined
from layerproof_numba._compiled.vectors import item_bytes

KERNELS = ("forward", "backward")
STATISTICS = types.Array(types.float64, 1, "C")


@inlined
def moments(x: Any, start: int, length: int) -> tuple[float, float]:
    """The mean and the variance of a row, with any of its values as centre (see batch_norm)."""
    centre = np.float64(x[start])
    total, squares = deviation_sums(x, start, 0, 1, length, centre)
    if item_bytes(x) == 8:
        centre += total / length
        total, squares = deviation_sums(x, start, 0, 1, length, centre)
    shift = total / length
    return centre + shift, squares / length - shift * shift


@kernel(given_flat, given_flat, given_flat, STATISTICS, STATISTICS, types.float64, own(1), INTEGER)
def forward(x: Any, weight: Any, bias: Any, mean: Any, scale: Any, eps: float, output: Any, threads: int) -> None:
    """A row is as long as weight and bias, and there are as many as means and scales."""
    length, rows = len(weight), len(mean)
    for thread in prange(threads):
        for row in range(thread * rows // threads, (thread + 1) * rows // threads):
            start = row * length
            mean[row], variance = moments(x, start, length)
            scale[row] = 1 / np.sqrt(variance + eps)
            centre = x.dtype.type(mean[row])
            constant = -(mean[row] - centre) * scale[row]
            numbers = (centre, x.dtype.type(scale[row]), x.dtype.type(constant))
            normal_row(x, start, length, weight, bias, output, start, numbers)


@kernel(given_flat, given_flat, given_flat, STATISTICS, STATISTICS, own(1), own(2), INTEGER, INTEGER)
def backward(
    grad_output: Any, x: Any, weight: Any, mean: Any, scale: Any, grad_x: Any, grad_parameters: Any, needs_x: int,
    threads: int,
) -> None:  # fmt: skip
    """grad_parameters is (2, length), for bias and for weight; it begins with zeros."""
    length, rows = len(weight), len(mean)
    parts = np.zeros((threads, 2 * length), np.float64)
    for thread in prange(threads):
        totals = parts[thread]
        for row in range(thread * rows // threads, (thread + 1) * rows // threads):
            start = row * length
            total, products = weighted_gradient_sums(
                grad_output, start, x, start, length, weight, mean[row], scale[row], totals
            )
            if needs_x:
                # as in batch_norm, with g = grad_output * weight in place of grad_output
                slope = -scale[row] * scale[row] * scale[row] * products / length
                centre = x.dtype.type(mean[row])
                constant = -scale[row] * total / length - (mean[row] - centre) * slope
                numbers = (x.dtype.type(scale[row]), centre, x.dtype.type(slope), x.dtype.type(constant))
                weighted_gradient_row(grad_output, start, x, start, length, weight, grad_x, start, numbers)
    for i in range(2 * length):
        total = 0.0
        for thread in range(threads):
            total += parts[thread, i]
        grad_parameters[i // length, i % length] = total
