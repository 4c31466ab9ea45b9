"""layer_norm: output = x^ * weight + bias, x^ = (x - mean) / sqrt(variance + eps) over the last axes."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat
from layerproof_numba._compile import run

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs: the input row by row, the mean and scale of each row, and the parameters."""

    x: Array
    weight: Array
    mean: Array
    scale: Array
    normalized_shape: tuple[int, ...]
    has_weight: bool
    has_bias: bool


@hookimpl
def layer_norm_forward(
    x: Array, weight: Array | None, bias: Array | None, normalized_shape: tuple[int, ...], eps: float
) -> tuple[Array, Saved]:
    length, rows = math.prod(normalized_shape), math.prod(x.shape[: x.ndim - len(normalized_shape)])
    factors = np.ones(length, x.dtype) if weight is None else flat(weight)
    start = np.zeros(length, x.dtype) if bias is None else flat(bias)
    saved = Saved(
        flat(x), factors, np.empty(rows), np.empty(rows), normalized_shape, weight is not None, bias is not None
    )
    output = np.empty(x.shape, x.dtype)
    if x.size:
        run(
            "layer_norm", "forward", x.dtype, x.size,
            saved.x, factors, start, saved.mean, saved.scale, eps, output.reshape(-1),
        )  # fmt: skip
    return output, saved


@hookimpl
def layer_norm_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    needs_x, needs_weight, needs_bias = needs_input_grad
    dtype, shape = grad_output.dtype, saved.normalized_shape
    grad_x = np.empty(grad_output.shape if needs_x else 0, dtype)
    grad_parameters = np.zeros((2, len(saved.weight)), dtype)
    if grad_output.size:
        run(
            "layer_norm", "backward", dtype, grad_output.size, flat(grad_output), saved.x, saved.weight,
            saved.mean, saved.scale, grad_x.reshape(-1), grad_parameters, needs_x,
        )  # fmt: skip
    return (
        grad_x if needs_x else None,
        grad_parameters[1].reshape(shape) if needs_weight and saved.has_weight else None,
        grad_parameters[0].reshape(shape) if needs_bias and saved.has_bias else None,
    )
