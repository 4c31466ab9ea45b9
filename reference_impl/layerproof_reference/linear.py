"""linear: output = x @ weight.T + bias."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def linear_forward(x: Array, weight: Array, bias: Array | None) -> tuple[Array, tuple[Array, Array, bool]]:
    with np.errstate(over="ignore", invalid="ignore"):
        output = _rows(x) @ weight.T
        if bias is not None:
            output += bias
    return output.reshape(*x.shape[:-1], weight.shape[0]), (x, weight, bias is not None)


@hookimpl
def linear_backward(
    grad_output: Array, saved: tuple[Array, Array, bool], needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    # output[n, o] is the sum of x[n, i] * weight[o, i] over i: x[n, i] contributes to all o, weight[o, i] to all n, so
    #     grad_x = grad_output @ weight,  grad_weight = grad_output.T @ x,  grad_bias = sum of grad_output over n.
    x, weight, has_bias = saved
    gradient = _rows(grad_output)
    grad_x = grad_weight = grad_bias = None
    with np.errstate(over="ignore", invalid="ignore"):
        if needs_input_grad[0]:
            grad_x = (gradient @ weight).reshape(x.shape)
        if needs_input_grad[1]:
            grad_weight = gradient.T @ _rows(x)
        if needs_input_grad[2] and has_bias:
            # NumPy sums pairwise along contiguous memory only, which keeps the rounding errors small for many rows
            grad_bias = np.ascontiguousarray(gradient.T).sum(axis=1)
    return grad_x, grad_weight, grad_bias


def _rows(values: Array) -> Array:
    """The values as a matrix: all leading axes merged into one."""
    return values.reshape(math.prod(values.shape[:-1]), values.shape[-1])
