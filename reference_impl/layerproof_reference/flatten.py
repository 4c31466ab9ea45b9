"""flatten: the axes start_dim to end_dim become one."""

import math
from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def flatten_forward(x: Array, start_dim: int, end_dim: int) -> tuple[Array, tuple[int, ...]]:
    axes = max(x.ndim, 1)
    start, end = start_dim % axes, end_dim % axes
    merged = math.prod(x.shape[start : end + 1])
    return x.reshape(*x.shape[:start], merged, *x.shape[end + 1 :]), x.shape


@hookimpl
def flatten_backward(grad_output: Array, saved: tuple[int, ...]) -> tuple[Array]:
    # flatten changes the shape only, so backward restores it
    return (grad_output.reshape(saved),)
