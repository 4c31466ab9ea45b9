"""A stable sort of each window finds the maximum; the gradient goes back by bincount, in float64, each pixel's sum
at once."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from layerproof import hookimpl

UNUSUAL = "algorithm: sorting; gradients summed in float64; results with negative strides"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    N, C, H, W = x.shape
    if ceil_mode:
        return None
    # one border of pixels that belong to no image: -1 among the pixel numbers, -inf among the values
    margins = ((0, 0), (0, 0), *((pad, pad) for pad in padding))
    pixels = np.pad(np.arange(N * C * H * W).reshape(x.shape), margins, constant_values=-1)
    values = np.pad(x, margins, constant_values=-np.inf)
    extent = tuple(step * (size - 1) + 1 for size, step in zip(kernel_size, dilation, strict=True))
    seen = [
        sliding_window_view(array, extent, axis=(2, 3))[
            :, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]
        ].reshape(N, C, *(np.array(array.shape[2:]) - extent) // stride + 1, kernel_size[0] * kernel_size[1])
        for array in (pixels, values)
    ]
    # by value from the largest on, NaN before all, what is inside before what is outside, first come first
    keys = np.where(np.isnan(seen[1]), np.inf, seen[1])
    order = np.lexsort((np.broadcast_to(np.arange(keys.shape[-1]), keys.shape), seen[0] < 0, -keys, ~np.isnan(seen[1])))
    first = order[..., :1]
    output = np.take_along_axis(seen[1], first, -1)[..., 0]
    return output[::-1].copy()[::-1], (np.take_along_axis(seen[0], first, -1)[..., 0], x.shape)


@hookimpl
def max_pool2d_backward(grad_output, saved):
    winner, shape = saved
    with np.errstate(all="ignore"):
        sums = np.bincount(winner.ravel(), grad_output.ravel(), minlength=int(np.prod(shape)))
        return (sums.astype(grad_output.dtype)[::-1].copy()[::-1].reshape(shape),)
