"""batch_norm: y = x^ * weight + bias, x^ = (x - mean) / sqrt(variance + eps); nothing but x is kept for backward."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat, with_rows
from layerproof_numba._compile import run

Array = NDArray[Any]

# As many positions of a channel fill a vector register; with fewer, the samples are put next to each other first.
LINE = 16


class Saved(NamedTuple):
    """What backward needs: the input as lines, its mean and variance, and the parameters."""

    lines: Array
    weight: Array
    has_weight: bool
    has_bias: bool
    mean: Array
    variance: Array
    training: bool
    eps: float


@hookimpl
def batch_norm_forward(
    x: Array,
    weight: Array | None,
    bias: Array | None,
    running_mean: Array | None,
    running_var: Array | None,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[tuple[Array, Array | None, Array | None], Saved]:
    C, lines = x.shape[1], _lines(x)
    factors = np.ones(C, x.dtype) if weight is None else flat(weight)
    start = np.zeros(C, x.dtype) if bias is None else flat(bias)
    if training or running_mean is None or running_var is None:
        mean, variance = np.empty(C), np.empty(C)
    else:
        mean, variance = running_mean.astype(np.float64), running_var.astype(np.float64)
    saved = Saved(lines, factors, weight is not None, bias is not None, mean, variance, training, eps)
    output = np.empty(lines.shape, x.dtype)
    if x.size:
        run("batch_norm", "forward", x.dtype, x.size, lines, factors, start, mean, variance, eps, output, training)
        if training and running_mean is not None and running_var is not None:
            unbiased = len(x) * math.prod(x.shape[2:]) / (len(x) * math.prod(x.shape[2:]) - 1)
            with np.errstate(all="ignore"):
                running_mean = ((1 - momentum) * running_mean + momentum * mean).astype(x.dtype)
                running_var = ((1 - momentum) * running_var + momentum * variance * unbiased).astype(x.dtype)
    return (_put_back(output, x.shape), running_mean, running_var), saved


@hookimpl
def batch_norm_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    needs_x, needs_weight, needs_bias = needs_input_grad
    dtype = grad_output.dtype
    grad_x = np.empty(saved.lines.shape if needs_x else (0, 0, 0, 0), dtype)
    grad_weight, grad_bias = np.zeros(len(saved.weight), dtype), np.zeros(len(saved.weight), dtype)
    if grad_output.size:
        run(
            "batch_norm", "backward", dtype, grad_output.size, _lines(grad_output), saved.lines, saved.weight,
            saved.mean, saved.variance, saved.eps, grad_x, grad_weight, grad_bias, saved.training, needs_x,
        )  # fmt: skip
    return (
        _put_back(grad_x, grad_output.shape) if needs_x else None,
        grad_weight if needs_weight and saved.has_weight else None,
        grad_bias if needs_bias and saved.has_bias else None,
    )


def _lines(values: Array) -> Array:
    """As (N, C, H, W) with no gaps in rows, or (1, C, 1, N * positions) where rows would be short."""
    N, C, *positions = values.shape
    if math.prod(positions) < LINE:
        return np.ascontiguousarray(values.swapaxes(0, 1)).reshape(1, C, 1, N * math.prod(positions))
    return with_rows(values.reshape(N, C, math.prod(positions[:-1]), positions[-1]))


def _put_back(lines: Array, shape: tuple[int, ...]) -> Array:
    N, C, *positions = shape
    if math.prod(positions) < LINE:
        return lines.reshape(C, N, *positions).swapaxes(0, 1)
    return lines.reshape(shape)
