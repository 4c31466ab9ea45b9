"""softmax: output = exp(x) / sum of exp(x), along one axis."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def softmax_forward(x: Array, dim: int) -> tuple[Array, tuple[Array, int]]:
    lines = _lines(x, dim)
    # a factor exp(-max) in the numerator and the denominator cancels, and no exp can overflow
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(lines - lines.max(axis=-1, keepdims=True, initial=-np.inf))
        shares = powers / powers.sum(axis=-1, keepdims=True)
    return _put_back(shares, dim, x.ndim), (shares, dim)


@hookimpl
def softmax_backward(
    grad_output: Array, saved: tuple[Array, int], needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    # d output[i] / d x[j] = output[i] * ((i == j) - output[j]), hence
    #     grad_x[j] = output[j] * (grad_output[j] - sum over i of grad_output[i] * output[i]).
    if not needs_input_grad[0]:
        return (None,)
    shares, dim = saved
    gradient = _lines(grad_output, dim)
    with np.errstate(over="ignore", invalid="ignore"):
        total = (gradient * shares).sum(axis=-1, keepdims=True)
        return (_put_back(shares * (gradient - total), dim, grad_output.ndim),)


def _lines(values: Array, dim: int) -> Array:
    """The axis put last and contiguous, because NumPy adds up in pairs, with small rounding errors, only there."""
    return np.ascontiguousarray(np.moveaxis(np.atleast_1d(values), dim, -1))


def _put_back(lines: Array, dim: int, ndim: int) -> Array:
    return np.moveaxis(lines, -1, dim) if ndim else lines.reshape(())
