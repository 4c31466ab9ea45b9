"""flatten: write the values one after the other, in row-major order."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def flatten_forward(x: Array, start_dim: int, end_dim: int) -> tuple[Array, tuple[int, ...]]:
    shape = x.shape or (1,)
    start, end = start_dim % len(shape), end_dim % len(shape)
    merged = 1
    for length in shape[start : end + 1]:
        merged *= length
    return _rewritten(x, (*shape[:start], merged, *shape[end + 1 :])), x.shape


@hookimpl
def flatten_backward(grad_output: Array, saved: tuple[int, ...]) -> tuple[Array]:
    return (_rewritten(grad_output, saved),)


def _rewritten(values: Array, shape: tuple[int, ...]) -> Array:
    rewritten = np.empty(values.size, values.dtype)
    for position, value in enumerate(values.flat):
        rewritten[position] = value
    return rewritten.reshape(shape)
