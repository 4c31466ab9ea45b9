"""max_pool2d: output[n, c, i, j] = the maximum of window (n, c, i, j), whose gradient goes to the first maximum."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._windows import pad, windows

Array = NDArray[Any]
Pair = tuple[int, int]


class Saved(NamedTuple):
    """What backward needs: which place p*kW + q of each window has won, and the geometry."""

    winner: Array
    x_shape: tuple[int, ...]
    kernel_size: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    overhang: Pair


@hookimpl
def max_pool2d_forward(
    x: Array, kernel_size: Pair, stride: Pair, padding: Pair, dilation: Pair, ceil_mode: bool
) -> tuple[Array, Saved]:
    # ceil_mode is floor mode over an image that is longer by all but one of the pixels of a stride
    overhang = (padding[0] + stride[0] - 1, padding[1] + stride[1] - 1) if ceil_mode else padding
    seen = _pooled(pad(x, padding, overhang, -np.inf), x.shape, kernel_size, stride, padding, dilation)
    output = np.full_like(seen[..., 0, 0], -np.inf, subok=False)
    # -inf beats nothing: where a window holds nothing else, it stays with the first pixel inside the image
    first_row, first_column = (
        -(np.minimum(np.arange(length) * step - before, 0) // gap)
        for length, step, before, gap in zip(output.shape[2:], stride, padding, dilation, strict=True)
    )
    winner = np.empty_like(output, np.int32)
    winner[...] = first_row[:, None] * kernel_size[1] + first_column
    for tap, (p, q) in enumerate(np.ndindex(kernel_size)):
        value = seen[..., p, q]
        wins = (value > output) | np.isnan(value)
        np.copyto(output, value, where=wins)
        np.copyto(winner, tap, where=wins)
    return output, Saved(winner, x.shape, kernel_size, stride, padding, dilation, overhang)


@hookimpl
def max_pool2d_backward(grad_output: Array, saved: Saved, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # The output is a copy of one pixel of the window, so the derivative is 1 at that pixel and 0 at the others.
    # A pixel that wins in several windows gets the sum of their gradients.
    if not needs_input_grad[0]:
        return (None,)
    N, C, H, W = saved.x_shape
    (top, left), (bottom, right) = saved.padding, saved.overhang
    padded = np.zeros((N, C, top + H + bottom, left + W + right), grad_output.dtype)
    seen = _pooled(
        padded, saved.x_shape, saved.kernel_size, saved.stride, saved.padding, saved.dilation, writeable=True
    )
    with np.errstate(over="ignore", invalid="ignore"):
        for tap, (p, q) in enumerate(np.ndindex(saved.kernel_size)):
            pixels = seen[..., p, q]
            np.add(pixels, grad_output, out=pixels, where=saved.winner == tap)
    return (padded[:, :, top : top + H, left : left + W],)


def _pooled(
    padded: Array,
    x_shape: tuple[int, ...],
    kernel_size: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    *,
    writeable: bool = False,
) -> Array:
    """The windows that begin before the far padding."""
    rows, columns = (
        -(-(length + before) // step) for length, before, step in zip(x_shape[2:], padding, stride, strict=True)
    )
    return windows(padded, kernel_size, stride, dilation, writeable=writeable)[:, :, :rows, :columns]
