"""softmax: output = exp(x) / sum of exp(x), along one axis."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def softmax_forward(x: Array, dim: int) -> tuple[Array, tuple[Array, int]]:
    lines = np.atleast_1d(x)
    # a factor exp(-max) in the numerator and the denominator cancels, and no exp can overflow
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(lines - lines.max(axis=dim, keepdims=True, initial=-np.inf))
        output = (powers / powers.sum(axis=dim, keepdims=True)).reshape(x.shape)
    return output, (output, dim)


@hookimpl
def softmax_backward(
    grad_output: Array, saved: tuple[Array, int], needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    # d output[i] / d x[j] = output[i] * ((i == j) - output[j]), hence
    #     grad_x[j] = output[j] * (grad_output[j] - sum over i of grad_output[i] * output[i]).
    if not needs_input_grad[0]:
        return (None,)
    output, dim = saved
    gradient, shares = np.atleast_1d(grad_output, output)
    with np.errstate(over="ignore", invalid="ignore"):
        total = (gradient * shares).sum(axis=dim, keepdims=True)
        return ((shares * (gradient - total)).reshape(output.shape),)
