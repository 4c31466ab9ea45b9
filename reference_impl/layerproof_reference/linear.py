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
    # output[n, o] holds x[n, i] * weight[o, i] for each i, so that x[n, i] is felt in all o, weight[o, i] in all n:
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
            # NumPy adds up in pairs along contiguous memory only: over many rows that keeps the rounding errors small
            grad_bias = np.ascontiguousarray(gradient.T).sum(axis=1)
    return grad_x, grad_weight, grad_bias


def _rows(values: Array) -> Array:
    """All leading axes as one."""
    return values.reshape(math.prod(values.shape[:-1]), values.shape[-1])
