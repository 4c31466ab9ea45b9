"""adaptive_avg_pool2d: output[n, c, i, j] = the mean of rows floor(i*H/H') to ceil((i+1)*H/H'), columns alike."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._averages import Ranges, Windows, average, average_gradient

Array = NDArray[Any]
Pair = tuple[int, int]


@hookimpl
def adaptive_avg_pool2d_forward(x: Array, output_size: Pair) -> tuple[Array, Windows]:
    H, W = x.shape[2:]
    rows, columns = _ranges(H, output_size[0]), _ranges(W, output_size[1])
    windows = Windows(rows, columns, rows.lengths[:, None] * columns.lengths, (H, W))
    return average(x, windows), windows


@hookimpl
def adaptive_avg_pool2d_backward(
    grad_output: Array, saved: Windows, needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    return (average_gradient(grad_output, saved) if needs_input_grad[0] else None,)


def _ranges(length: int, outputs: int) -> Ranges:
    """The window of each output along one axis."""
    place = np.arange(outputs)
    return Ranges(place * length // outputs, -(-(place + 1) * length // outputs))
