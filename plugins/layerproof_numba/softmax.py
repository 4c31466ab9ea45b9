"""softmax: output = exp(x) / sum of exp(x), along one axis."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat
from layerproof_numba._compile import run

Array = NDArray[Any]


@hookimpl
def softmax_forward(x: Array, dim: int) -> tuple[Array, tuple[Array, int]]:
    lines = _lines(x, dim)
    shares = np.empty(lines.shape, x.dtype)
    if x.size:
        run("softmax", "forward", x.dtype, x.size, flat(lines), _rows(shares))
    return _put_back(shares, dim, x.ndim), (shares, dim)


@hookimpl
def softmax_backward(
    grad_output: Array, saved: tuple[Array, int], needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    shares, dim = saved
    grad_x = np.empty(shares.shape, shares.dtype)
    if shares.size:
        gradient = flat(_lines(grad_output, dim))
        run("softmax", "backward", shares.dtype, shares.size, gradient, _rows(shares), grad_x.reshape(-1))
    return (_put_back(grad_x, dim, grad_output.ndim),)


def _lines(values: Array, dim: int) -> Array:
    """The values with the axis moved to the end."""
    return np.moveaxis(np.atleast_1d(values), dim, -1)


def _rows(lines: Array) -> Array:
    return lines.reshape(-1, lines.shape[-1])


def _put_back(lines: Array, dim: int, ndim: int) -> Array:
    return np.moveaxis(lines, -1, dim) if ndim else lines.reshape(())
