"""avg_pool2d: output[n, c, i, j] = the sum over window (n, c, i, j), divided by the number of pixels that count."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._averages import Ranges, Windows, average, average_gradient

Array = NDArray[Any]
Pair = tuple[int, int]


@hookimpl
def avg_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, ceil_mode: bool, count_include_pad: bool
) -> tuple[Array, Windows]:
    H, W = x.shape[2:]
    rows, row_count = _ranges(H, kernel_size[0], stride[0], padding[0], ceil_mode)
    columns, column_count = _ranges(W, kernel_size[1], stride[1], padding[1], ceil_mode)
    if not count_include_pad:
        row_count, column_count = rows.lengths, columns.lengths
    windows = Windows(rows, columns, row_count[:, None] * column_count, (H, W))
    return average(x, windows), windows


@hookimpl
def avg_pool2d_backward(grad_output: Array, saved: Windows, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    return (average_gradient(grad_output, saved) if needs_input_grad[0] else None,)


def _ranges(length: int, kernel: int, stride: int, padding: int, ceil_mode: bool) -> tuple[Ranges, Array]:
    """On one axis: the part of each window inside the image, and the length of its part inside the padded image."""
    outputs = (length + 2 * padding - kernel + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (outputs - 1) * stride >= length + padding:
        outputs -= 1
    begin = np.arange(outputs) * stride - padding
    end = np.minimum(begin + kernel, length + padding)
    return Ranges(np.maximum(begin, 0), np.minimum(end, length)), end - begin
