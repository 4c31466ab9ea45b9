"""max_pool2d: output[n, c, i, j] = the maximum of window (n, c, i, j), whose gradient goes to the first maximum."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._windows import pad, windows

Array = NDArray[Any]
Pair = tuple[int, int]


class Saved(NamedTuple):
    """What backward needs: the place p*kW + q of the maximum in each window, and the geometry."""

    winner: Array
    x_shape: tuple[int, ...]
    padded_size: Pair
    kernel_size: Pair
    stride: Pair
    padding: Pair
    dilation: Pair


class _Axis(NamedTuple):
    """The windows along one axis, rows or columns."""

    length: int
    kernel: int
    stride: int
    padding: int
    dilation: int
    ceil_mode: bool

    @property
    def extent(self) -> int:
        return self.dilation * (self.kernel - 1) + 1

    @property
    def outputs(self) -> int:
        room = self.length + 2 * self.padding - self.extent
        if not self.ceil_mode:
            return room // self.stride + 1
        # no window begins in the far padding
        return min(-(-room // self.stride) + 1, -(-(self.length + self.padding) // self.stride))

    @property
    def far_padding(self) -> int:
        return max(0, (self.outputs - 1) * self.stride + self.extent - self.length - self.padding)

    @property
    def first_inside(self) -> Array:
        """For each window, its first place that is inside the image."""
        outside = np.maximum(self.padding - np.arange(self.outputs) * self.stride, 0)
        first: Array = np.minimum(-(-outside // self.dilation), self.kernel - 1)
        return first


@hookimpl
def max_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool
) -> tuple[Array, Saved]:
    axes = [_Axis(*axis, ceil_mode) for axis in zip(x.shape[2:], kernel_size, stride, padding, dilation, strict=True)]
    padded = pad(x, padding, (axes[0].far_padding, axes[1].far_padding), -np.inf)
    x_windows = windows(padded, kernel_size, stride, dilation)
    output = x_windows[..., 0, 0].copy()
    winner = np.zeros(output.shape, np.min_scalar_type(kernel_size[0] * kernel_size[1]))
    if any(padding):
        # a window that contains only -inf never finds a larger value: its maximum is its first pixel inside the image
        first_row, first_column = (axis.first_inside for axis in axes)
        winner[...] = first_row[:, None] * kernel_size[1] + first_column
    for tap in range(1, kernel_size[0] * kernel_size[1]):
        value = np.ascontiguousarray(x_windows[..., *divmod(tap, kernel_size[1])])
        wins = (value > output) | np.isnan(value)
        # taps come in ascending order, so np.maximum replaces an earlier winner by a later one, faster than a mask
        np.maximum(winner, np.multiply(wins, tap, dtype=winner.dtype), out=winner)
        np.maximum(output, value, out=output)
    return output, Saved(winner, x.shape, padded.shape[2:], kernel_size, stride, padding, dilation)


@hookimpl
def max_pool2d_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # The output is a copy of one pixel of the window, so the derivative is 1 at that pixel and 0 at the others.
    # A pixel that wins in several windows gets the sum of their gradients.
    if not needs_input_grad[0]:
        return (None,)
    N, C, H, W = saved.x_shape
    height, width = saved.padded_size
    top, left = saved.padding
    padded = np.zeros(N * C * height * width, grad_output.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        np.add.at(padded, _winning_pixels(saved).ravel(), grad_output.ravel())
    return (padded.reshape(N, C, height, width)[:, :, top : top + H, left : left + W],)


def _winning_pixels(saved: Saved) -> Array:
    """The position of the maximum of each window in the padded, flattened images."""
    N, C, rows, columns = saved.winner.shape
    height, width = saved.padded_size
    images = np.arange(N * C).reshape(N, C, 1, 1) * (height * width)
    corners = np.arange(rows)[:, None] * (saved.stride[0] * width) + np.arange(columns) * saved.stride[1]
    down, right = (np.arange(kernel) * step for kernel, step in zip(saved.kernel_size, saved.dilation, strict=True))
    steps = (down[:, None] * width + right).ravel()
    pixels: Array = steps.take(saved.winner)
    pixels += images + corners
    return pixels
