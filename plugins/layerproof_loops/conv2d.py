"""conv2d: a loop over samples, outputs and positions, and in each window over channels, rows and columns."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_loops._numbers import to_array, zeros

Array = NDArray[Any]
Pair = tuple[int, int]


class Saved(NamedTuple):
    """What backward needs: all arguments."""

    x: Array
    weight: Array
    bias: Array | None
    stride: Pair
    padding: Pair
    dilation: Pair
    groups: int


@hookimpl
def conv2d_forward(
    x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> tuple[Array, Saved]:
    saved = Saved(x, weight, bias, stride, padding, dilation, groups)
    N, outputs = x.shape[0], weight.shape[0]
    rows, columns = _outputs(saved, 0), _outputs(saved, 1)
    x_numbers, weight_numbers = x.tolist(), weight.tolist()
    output = zeros(N, outputs, rows, columns)
    for n in range(N):
        for o in range(outputs):
            for i in range(rows):
                for j in range(columns):
                    total = 0.0 if bias is None else float(bias[o])
                    for c, p, q, channel, row, column, inside in _window(saved, o, i, j):
                        pixel = x_numbers[n][channel][row][column] if inside else 0.0
                        total += weight_numbers[o][c][p][q] * pixel
                    output[n][o][i][j] = total
    return to_array(output, (N, outputs, rows, columns), x.dtype), saved


@hookimpl
def conv2d_backward(grad_output: Array, saved: Saved) -> tuple[Array | None, ...]:
    N, outputs, rows, columns = grad_output.shape
    x_numbers, weight_numbers, gradients = saved.x.tolist(), saved.weight.tolist(), grad_output.tolist()
    grad_x, grad_weight, grad_bias = zeros(*saved.x.shape), zeros(*saved.weight.shape), zeros(outputs)
    for n in range(N):
        for o in range(outputs):
            for i in range(rows):
                for j in range(columns):
                    gradient = gradients[n][o][i][j]
                    grad_bias[o] += gradient
                    for c, p, q, channel, row, column, inside in _window(saved, o, i, j):
                        pixel = x_numbers[n][channel][row][column] if inside else 0.0
                        grad_weight[o][c][p][q] += gradient * pixel
                        if inside:
                            grad_x[n][channel][row][column] += gradient * weight_numbers[o][c][p][q]
    return (
        to_array(grad_x, saved.x.shape, saved.x.dtype),
        to_array(grad_weight, saved.weight.shape, saved.x.dtype),
        None if saved.bias is None else to_array(grad_bias, (outputs,), saved.x.dtype),
    )


def _window(saved: Saved, o: int, i: int, j: int) -> Iterator[tuple[int, int, int, int, int, int, bool]]:
    """For each place (c, p, q) in kernel o: the channel, row and column of x, and whether they are in the image."""
    H, W = saved.x.shape[2:]
    outputs, channels, kH, kW = saved.weight.shape
    group = o // (outputs // saved.groups)
    for c in range(channels):
        for p in range(kH):
            row = i * saved.stride[0] - saved.padding[0] + p * saved.dilation[0]
            for q in range(kW):
                column = j * saved.stride[1] - saved.padding[1] + q * saved.dilation[1]
                yield c, p, q, group * channels + c, row, column, 0 <= row < H and 0 <= column < W


def _outputs(saved: Saved, axis: int) -> int:
    """The number of windows along one axis."""
    window = saved.dilation[axis] * (saved.weight.shape[axis + 2] - 1) + 1
    last: int = saved.x.shape[axis + 2] + 2 * saved.padding[axis] - window
    return last // saved.stride[axis] + 1
