"""Windows over images, for convolutions and pools."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[Any]
Pair = tuple[int, int]


def pad(x: Array, before: Pair, after: Pair, value: float) -> Array:
    """Pad images (N, C, H, W) with a value; returns x itself if there is no padding."""
    if before == after == (0, 0):
        return x
    return np.pad(x, ((0, 0), (0, 0), (before[0], after[0]), (before[1], after[1])), constant_values=value)


def windows(images: Array, kernel_size: Pair, stride: Pair, dilation: Pair, *, writeable: bool = False) -> Array:
    """View images (N, C, H, W) as their windows (N, C, H', W', kH, kW).

    For one tap (p, q) of the kernel, ``windows(...)[..., p, q]`` contains no pixel twice, so ``+=`` works on it.
    """
    extent = tuple(step * (kernel - 1) + 1 for kernel, step in zip(kernel_size, dilation, strict=True))
    all_windows = sliding_window_view(images, extent, axis=(2, 3), writeable=writeable)
    return all_windows[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def add_windows(values: Array, size: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Array:
    """Images (N, C, *size) in which each pixel is the sum of the values (C, kH, kW, N, H', W') of its windows.

    This is the transpose of taking the windows of padded images; values that fall into the padding are dropped.
    """
    C, kH, kW, N, rows, columns = values.shape
    (H, W), (top, left) = size, padding
    padded = np.zeros((C, N, H + 2 * top, W + 2 * left), values.dtype)
    padded_windows = windows(padded, (kH, kW), stride, dilation, writeable=True)[:, :, :rows, :columns]
    for p, q in np.ndindex(kH, kW):
        padded_windows[..., p, q] += values[:, p, q]
    return padded[:, :, top : top + H, left : left + W].transpose(1, 0, 2, 3)
