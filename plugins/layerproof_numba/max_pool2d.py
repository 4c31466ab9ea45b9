"""max_pool2d: 2 x 2 windows in vector registers, the maximum's place in a byte; other windows value by value."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import whole_steps, with_rows
from layerproof_numba._compile import run

Array = NDArray[Any]
Pair = tuple[int, int]


class Saved(NamedTuple):
    """What backward needs: the pixel of the maximum of each window, and the shape of x."""

    winners: Array
    x_shape: tuple[int, ...]


@hookimpl
def max_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool
) -> tuple[Array, Saved]:
    H, W = (
        _windows(*axis, ceil_mode) for axis in zip(x.shape[2:], kernel_size, stride, padding, dilation, strict=True)
    )
    output = np.empty((*x.shape[:2], H, W), x.dtype)
    fits = x.shape[2] >= 2 * H and x.shape[3] >= 2 * W
    if kernel_size == stride == (2, 2) and padding == (0, 0) and dilation == (1, 1) and fits:
        winners = np.empty(output.shape, np.uint8)
        run("max_pool2d", "forward_2x2", x.dtype, x.size, with_rows(x), output, winners)
    else:
        winners = np.empty(output.shape, np.int32)
        work = output.size * kernel_size[0] * kernel_size[1]
        images, geometry = whole_steps(x), (*kernel_size, *stride, *padding, *dilation)
        run("max_pool2d", "forward", x.dtype, work, images, output, winners, *geometry)
    return output, Saved(winners, x.shape)


@hookimpl
def max_pool2d_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    if not needs_input_grad[0]:
        return (None,)
    grad_x = np.empty(saved.x_shape, grad_output.dtype)
    in_registers = saved.winners.dtype == np.uint8
    gradient = with_rows(grad_output) if in_registers else whole_steps(grad_output)
    function = "backward_2x2" if in_registers else "backward"
    run("max_pool2d", function, grad_x.dtype, grad_x.size, gradient, saved.winners, grad_x)
    return (grad_x,)


def _windows(length: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """The number of windows along an axis; no window begins in the padding after the image."""
    room = length + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    return min(-(-room // stride) + 1, -(-(length + padding) // stride))
