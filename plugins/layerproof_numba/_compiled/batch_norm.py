"""The loops of batch_norm: channels shared out between threads, a channel being read again while the cache holds it."""

from typing import Any

import numpy as np
from numba import prange, types

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own
from layerproof_numba._compiled.moments import deviation_sums, gradient_sums, scale_gradient_lines, scale_lines
from layerproof_numba._compiled.products import inlined, line_start
from layerproof_numba._compiled.vectors import item_bytes

KERNELS = ("forward", "backward")
STATISTICS = types.Array(types.float64, 1, "C")


@inlined
def has_gaps(x: Any) -> bool:
    """Whether something lies between the lines of a plane."""
    return x.shape[2] > 1 and x.strides[2] != x.shape[3] * item_bytes(x)


@inlined
def sums(x: Any, c: int, lines: int, length: int, centre: float) -> tuple[float, float]:
    """The means of x - centre and of its square over a channel."""
    N = x.shape[0]
    total = squares = 0.0
    for n in range(N):
        some = deviation_sums(x, line_start(x, n, c, 0), x.strides[2] // item_bytes(x), lines, length, centre)
        total += some[0]
        squares += some[1]
    count = N * lines * length
    return total / count, squares / count


@inlined
def moments(x: Any, c: int, lines: int, length: int) -> tuple[float, float]:
    """The mean and the variance of a channel.

    The difference of two sums loses (centre - mean)**2 / variance in accuracy. With any value of the channel as centre
    that is at most n: one such value alone makes the variance (centre - mean)**2 / n. For sums in float64 of float32
    this is nothing, and saves a third pass over the channel; float64 takes it, with the mean as centre.
    """
    centre = np.float64(x[0, c, 0, 0])
    shift, squares = sums(x, c, lines, length, centre)
    if item_bytes(x) == 8:
        centre += shift
        shift, squares = sums(x, c, lines, length, centre)
    return centre + shift, squares - shift * shift


@kernel(given(4), given_flat, given_flat, STATISTICS, STATISTICS, types.float64, own(4), INTEGER, INTEGER)
def forward(
    x: Any, weight: Any, bias: Any, mean: Any, variance: Any, eps: float, output: Any, training: int, threads: int
) -> None:
    """Rows of x have no gaps; mean and variance are computed in training, and given otherwise."""
    N, C, H, W = x.shape
    lines, length = (H, W) if has_gaps(x) else (1, H * W)
    step = x.strides[2] // item_bytes(x)
    flat = output.reshape(-1)
    for thread in prange(threads):
        for c in range(thread * C // threads, (thread + 1) * C // threads):
            if training:
                mean[c], variance[c] = moments(x, c, lines, length)
            factor = weight[c] / np.sqrt(variance[c] + eps)
            centre = x.dtype.type(mean[c])
            # what is lost in rounding the mean is the same for all values
            constant = bias[c] - (mean[c] - centre) * factor
            numbers = (centre, x.dtype.type(factor), x.dtype.type(constant))
            for n in range(N):
                scale_lines(x, line_start(x, n, c, 0), step, lines, length, flat, (n * C + c) * H * W, numbers)


@kernel(
    given(4), given(4), given_flat, STATISTICS, STATISTICS, types.float64, own(4), own(1), own(1),
    INTEGER, INTEGER, INTEGER,
)  # fmt: skip
def backward(
    grad_output: Any, x: Any, weight: Any, mean: Any, variance: Any, eps: float, grad_x: Any, grad_weight: Any,
    grad_bias: Any, training: int, needs_x: int, threads: int,
) -> None:  # fmt: skip
    """Rows of x and grad_output have no gaps."""
    N, C, H, W = x.shape
    lines, length = (H, W) if has_gaps(x) or has_gaps(grad_output) else (1, H * W)
    x_step, step = x.strides[2] // item_bytes(x), grad_output.strides[2] // item_bytes(x)
    count = N * H * W
    flat = grad_x.reshape(-1)
    for thread in prange(threads):
        for c in range(thread * C // threads, (thread + 1) * C // threads):
            total = products = 0.0
            for n in range(N):
                some = gradient_sums(
                    grad_output, line_start(grad_output, n, c, 0), step, x, line_start(x, n, c, 0), x_step,
                    lines, length, mean[c],
                )  # fmt: skip
                total += some[0]
                products += some[1]
            scale = 1 / np.sqrt(variance[c] + eps)
            grad_weight[c] = products * scale
            grad_bias[c] = total
            if not needs_x:
                continue
            # grad_x = (g - mean of g - x^ * mean of (g * x^)) * scale, as factors of grad_output, x - mean and 1
            factor = weight[c] * scale
            slope = -factor * scale * scale * products / count
            centre = x.dtype.type(mean[c])
            constant = -factor * total / count - (mean[c] - centre) * slope
            for n in range(N):
                start, at = line_start(grad_output, n, c, 0), (n * C + c) * H * W
                if training:
                    numbers = (x.dtype.type(factor), centre, x.dtype.type(slope), x.dtype.type(constant))
                    scale_gradient_lines(
                        grad_output, start, step, x, line_start(x, n, c, 0), x_step, lines, length, flat, at, numbers
                    )
                else:
                    nothing = x.dtype.type(0)
                    scale_lines(
                        grad_output, start, step, lines, length, flat, at, (nothing, x.dtype.type(factor), nothing)
                    )
