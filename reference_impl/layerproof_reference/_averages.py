"""Averages over windows that are ranges of rows times ranges of columns, for the average pools."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Ranges(NamedTuple):
    """Ranges first[i]:last[i] along one axis; neither first nor last ever decreases."""

    first: Array
    last: Array

    @property
    def lengths(self) -> Array:
        """The number of positions in each range."""
        lengths: Array = self.last - self.first
        return lengths

    def holding(self, length: int) -> "Ranges":
        """For each position on the axis, the range of the indices i whose range contains it."""
        positions = np.arange(length)
        return Ranges(np.searchsorted(self.last, positions, "right"), np.searchsorted(self.first, positions, "right"))


class Windows(NamedTuple):
    """The windows over images of size (H, W), and the number of pixels by which the sum of each is divided."""

    rows: Ranges
    columns: Ranges
    pixels: Array
    size: tuple[int, int]


def average(x: Array, windows: Windows) -> Array:
    """The sum over each window of images (N, C, H, W), divided by the number of its pixels."""
    with np.errstate(over="ignore", invalid="ignore"):
        return (_sums(x, windows.rows, windows.columns) / windows.pixels).astype(x.dtype)


def average_gradient(grad_output: Array, windows: Windows) -> Array:
    """The gradient of the images."""
    # Every pixel of a window adds x / pixels to its output, so it receives grad_output / pixels from each window that
    # contains it. Along either axis these windows are neighbours, because neither end of the ranges decreases; so they
    # are ranges again.
    H, W = windows.size
    with np.errstate(over="ignore", invalid="ignore"):
        shares = grad_output / windows.pixels
        return _sums(shares, windows.rows.holding(H), windows.columns.holding(W)).astype(grad_output.dtype)


def _sums(images: Array, rows: Ranges, columns: Ranges) -> Array:
    """The sums over all ranges of rows and of columns, in float64."""
    return _sums_along(3, _sums_along(2, images, rows), columns)


def _sums_along(axis: int, values: Array, ranges: Ranges) -> Array:
    # A range is cut into blocks of 1, 2, 4, ... values, by the bits of its length. So the work and the rounding error
    # grow with the logarithm of the length, and no value outside a range, which may be NaN, enters its sum.
    blocks = np.ascontiguousarray(np.moveaxis(values, axis, 0), np.float64)
    lengths, begin = ranges.lengths, ranges.first.copy()
    total = np.zeros((len(begin), *blocks.shape[1:]))
    for bit in range(int(lengths.max()).bit_length()):
        size = 1 << bit
        if bit:
            blocks = blocks[: -(size // 2)] + blocks[size // 2 :]
        with_block = np.flatnonzero(lengths & size)
        total[with_block] += blocks[begin[with_block]]
        begin[with_block] += size
    return np.moveaxis(total, 0, axis)
