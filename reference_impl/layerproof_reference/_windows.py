"""Windows over images, for convolutions and pools."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[Any]
Pair = tuple[int, int]


def pad(x: Array, before: Pair, after: Pair, value: float) -> Array:
    """Surround images (N, C, H, W) with a value; x itself where nothing is added."""
    if before == after == (0, 0):
        return x
    return np.pad(x, ((0, 0), (0, 0), (before[0], after[0]), (before[1], after[1])), constant_values=value)


def windows(images: Array, kernel_size: Pair, stride: Pair, dilation: Pair, *, writeable: bool = False) -> Array:
    """View images (N, C, H, W) as their windows (N, C, H', W', kH, kW).

    For one place (p, q) in the kernel, ``windows(...)[..., p, q]`` has no pixel twice, so that it can be added to.
    """
    extent = tuple(step * (kernel - 1) + 1 for kernel, step in zip(kernel_size, dilation, strict=True))
    every = sliding_window_view(images, extent, axis=(2, 3), writeable=writeable)
    return every[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def add_windows(values: Array, size: Pair, stride: Pair, padding: Pair, dilation: Pair) -> Array:
    """Images (N, C, *size), each pixel the sum of the values (C, kH, kW, N, H', W') of all windows that hold it.

    It is the transpose of taking the windows of padded images: what goes to the padding is lost.
    """
    C, kH, kW, N, rows, columns = values.shape
    (H, W), (top, left) = size, padding
    padded = np.zeros((C, N, H + 2 * top, W + 2 * left), values.dtype)
    seen = windows(padded, (kH, kW), stride, dilation, writeable=True)[:, :, :rows, :columns]
    for p, q in np.ndindex(kH, kW):
        seen[..., p, q] += values[:, p, q]
    return padded[:, :, top : top + H, left : left + W].transpose(1, 0, 2, 3)
