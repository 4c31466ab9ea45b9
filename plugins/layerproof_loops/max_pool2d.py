"""max_pool2d: a loop over samples, channels and outputs, and in each window a search for the first maximum."""

import math
from typing import Any, NamedTuple

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_loops._numbers import to_array, zeros

Array = NDArray[Any]
Pair = tuple[int, int]


class Saved(NamedTuple):
    """What backward needs: for each output, in order, the row and column of the maximum."""

    winners: list[Pair | None]
    x_shape: tuple[int, ...]


@hookimpl
def max_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool
) -> tuple[Array, Saved]:
    N, C, H, W = x.shape
    rows = _outputs(H, kernel_size[0], stride[0], padding[0], dilation[0], ceil_mode)
    columns = _outputs(W, kernel_size[1], stride[1], padding[1], dilation[1], ceil_mode)
    output = zeros(N, C, rows, columns)
    winners: list[Pair | None] = []
    for n in range(N):
        for c in range(C):
            image = x[n, c].tolist()
            for i in range(rows):
                for j in range(columns):
                    largest, winner = -math.inf, None
                    for p in range(kernel_size[0]):
                        for q in range(kernel_size[1]):
                            row = i * stride[0] - padding[0] + p * dilation[0]
                            column = j * stride[1] - padding[1] + q * dilation[1]
                            if 0 <= row < H and 0 <= column < W:
                                value = image[row][column]
                                if winner is None or value > largest or math.isnan(value):
                                    largest, winner = value, (row, column)
                    output[n][c][i][j] = largest
                    winners.append(winner)
    return to_array(output, (N, C, rows, columns), x.dtype), Saved(winners, x.shape)


@hookimpl
def max_pool2d_backward(grad_output: Array, saved: Saved) -> tuple[Array]:
    N, C, rows, columns = grad_output.shape
    gradients = grad_output.tolist()
    grad_x = zeros(*saved.x_shape)
    winners = iter(saved.winners)
    for n in range(N):
        for c in range(C):
            for i in range(rows):
                for j in range(columns):
                    winner = next(winners)
                    if winner is not None:
                        row, column = winner
                        grad_x[n][c][row][column] += gradients[n][c][i][j]
    return (to_array(grad_x, saved.x_shape, grad_output.dtype),)


def _outputs(length: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """The number of windows along one axis."""
    window = dilation * (kernel - 1) + 1
    last = length + 2 * padding - window
    if ceil_mode:
        last = min(last + stride - 1, length + padding - 1)
    return last // stride + 1
