"""log_softmax: output = x - log(sum of exp(x) along dim)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def log_softmax_forward(x: Array, dim: int) -> tuple[Array, tuple[Array, int]]:
    if x.size == 0:
        return x, (x, dim)
    # NumPy sums pairwise along contiguous memory only, which keeps the rounding errors small for many terms
    rows = np.ascontiguousarray(np.moveaxis(np.atleast_1d(x), dim, -1))
    with np.errstate(all="ignore"):
        top = rows.argmax(axis=-1)[..., None]
        shifted = rows - np.take_along_axis(rows, top, -1)
        powers = np.exp(shifted)
        # the largest term is exp(0) = 1; log1p of the sum of the others stays accurate where that sum is small
        np.put_along_axis(powers, top, np.take_along_axis(powers, top, -1) - 1, -1)
        output = shifted - np.log1p(powers.sum(axis=-1, keepdims=True))
    output = np.moveaxis(output, -1, dim).reshape(x.shape)
    return output, (output, dim)


@hookimpl
def log_softmax_backward(
    grad_output: Array, saved: tuple[Array, int], needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    # d output[i] / d x[j] = (i == j) - exp(output[j]), hence
    #     grad_x[j] = grad_output[j] - exp(output[j]) * (sum over i of grad_output[i]).
    if not needs_input_grad[0]:
        return (None,)
    output, dim = saved
    rows = np.ascontiguousarray(np.moveaxis(np.atleast_1d(grad_output), dim, -1))
    with np.errstate(all="ignore"):
        total = np.moveaxis(rows.sum(axis=-1, keepdims=True), -1, dim)
        return (np.asarray(grad_output - np.exp(output) * total.reshape(total.shape if output.ndim else ())),)
