"""The loops of max_pool2d: windows of 2 x 2 side by side register by register, all others value by value."""

from typing import Any

import numpy as np
from numba import prange, types

from layerproof_numba._compiled.kernel import INTEGER, WINNERS, given, kernel, own
from layerproof_numba._compiled.products import line_start
from layerproof_numba._compiled.rows import pool_gradient_row, pool_row

KERNELS = ("forward_2x2", "backward_2x2", "forward", "backward")
PLACES = types.Array(types.int32, 4, "C")


@kernel(given(4), own(4), WINNERS, INTEGER)
def forward_2x2(x: Any, output: Any, winners: Any, threads: int) -> None:
    """Rows of x have no gaps."""
    _, C, rows, columns = output.shape
    planes = output.shape[0] * C
    for thread in prange(threads):
        for plane in range(thread * planes // threads, (thread + 1) * planes // threads):
            for i in range(rows):
                top = line_start(x, plane // C, plane % C, 2 * i)
                bottom = line_start(x, plane // C, plane % C, 2 * i + 1)
                pool_row(x, top, bottom, output, (plane * rows + i) * columns, winners, columns)


@kernel(given(4), WINNERS, own(4), INTEGER)
def backward_2x2(grad_output: Any, winners: Any, grad_x: Any, threads: int) -> None:
    """Rows of grad_output have no gaps."""
    _, C, H, W = grad_x.shape
    rows, columns = winners.shape[2:]
    planes = grad_x.shape[0] * C
    for thread in prange(threads):
        for plane in range(thread * planes // threads, (thread + 1) * planes // threads):
            image, channel = plane // C, plane % C
            for i in range(rows):
                start = line_start(grad_output, image, channel, i)
                top = (plane * H + 2 * i) * W
                at = (plane * rows + i) * columns
                pool_gradient_row(grad_output, start, winners, at, grad_x, top, top + W, columns)
            for row in range(H):
                for column in range(2 * columns if row < 2 * rows else 0, W):
                    grad_x[image, channel, row, column] = 0


_GEOMETRY = (INTEGER,) * 8


@kernel(given(4), own(4), PLACES, *_GEOMETRY, INTEGER)
def forward(
    x: Any, output: Any, winners: Any, height: int, width: int, step_down: int, step_right: int, top: int, left: int,
    down: int, right: int, threads: int,
) -> None:  # fmt: skip
    """``winners`` becomes the place in the image, row*W + column, or -1 for a window outside of it."""
    _, C, H, W = x.shape
    rows, columns = output.shape[2:]
    planes = output.shape[0] * C
    for thread in prange(threads):
        for plane in range(thread * planes // threads, (thread + 1) * planes // threads):
            n, c = plane // C, plane % C
            for i in range(rows):
                for j in range(columns):
                    best, winner = -np.inf, -1
                    for p in range(height):
                        row = i * step_down - top + p * down
                        if row < 0 or row >= H:
                            continue
                        for q in range(width):
                            column = j * step_right - left + q * right
                            if column < 0 or column >= W:
                                continue
                            value = x[n, c, row, column]
                            if winner < 0 or value > best or value != value:
                                best, winner = value, row * W + column
                    output[n, c, i, j] = best
                    winners[n, c, i, j] = winner


@kernel(given(4), PLACES, own(4), INTEGER)
def backward(grad_output: Any, winners: Any, grad_x: Any, threads: int) -> None:
    """Add the gradient of each window to its winner."""
    _, C, _, W = grad_x.shape
    rows, columns = winners.shape[2:]
    planes = grad_x.shape[0] * C
    for thread in prange(threads):
        for plane in range(thread * planes // threads, (thread + 1) * planes // threads):
            n, c = plane // C, plane % C
            grad_x[n, c] = 0
            for i in range(rows):
                for j in range(columns):
                    winner = winners[n, c, i, j]
                    if winner >= 0:
                        grad_x[n, c, winner // W, winner % W] += grad_output[n, c, i, j]
