"""The windows as axes of a reshaped view, for windows that do not overlap; padding, dilation, ceil_mode and other
strides are left out."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "all optional arguments left out; int64 indices; a read-only output"


@hookimpl
def max_pool2d_forward(x, kernel_size):
    (kH, kW), (N, C, H, W) = kernel_size, x.shape
    rows, columns = H // kH, W // kW
    tiles = x[:, :, : rows * kH, : columns * kW].reshape(N, C, rows, kH, columns, kW)
    tiles = tiles.transpose(0, 1, 2, 4, 3, 5).reshape(N, C, rows, columns, kH * kW)
    winner = tiles.argmax(-1)  # the first maximum, or the first NaN
    output = np.take_along_axis(tiles, winner[..., None], -1)[..., 0]
    output.flags.writeable = False
    return output, (winner, x.shape, kernel_size)


@hookimpl
def max_pool2d_backward(grad_output, saved):
    winner, (N, C, H, W), (kH, kW) = saved
    rows, columns = winner.shape[2:]
    tiles = np.zeros((*winner.shape, kH * kW), grad_output.dtype)
    np.put_along_axis(tiles, winner[..., None], grad_output[..., None], -1)
    grad_x = np.zeros((N, C, H, W), grad_output.dtype)
    inner = tiles.reshape(N, C, rows, columns, kH, kW).transpose(0, 1, 2, 4, 3, 5)
    grad_x[:, :, : rows * kH, : columns * kW] = inner.reshape(N, C, rows * kH, columns * kW)
    return (grad_x,)
