"""Winograd's convolution with kernels of 3x3 and stride 1, for two sizes of tile; the two plugins are made from it."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from layerproof import hookimpl
from layerproof_reference._windows import pad


class Transforms(NamedTuple):
    """Matrices of F(m x m, 3x3) in float64: of the tiles (B^T), of the kernels (G), of the products (A^T)."""

    data: np.ndarray
    kernel: np.ndarray
    result: np.ndarray


TILE_2 = Transforms(
    np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]),
    np.array([[2, 0, 0], [1, 1, 1], [1, -1, 1], [0, 0, 2]]) / 2,
    np.array([[1, 1, 1, 0], [0, 1, -1, -1]]),
)
TILE_4 = Transforms(
    np.array([
        [4, 0, -5, 0, 1, 0], [0, -4, -4, 1, 1, 0], [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0], [0, 2, -1, -2, 1, 0], [0, 4, 0, -5, 0, 1],
    ]),
    np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24,
    np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]]),
)  # fmt: skip


def hooks(transforms, dtypes):
    """The two hooks of conv2d: kernels of 3x3 in some dtypes, whatever else is neutral but for padding."""

    @hookimpl
    def conv2d_forward(x, weight, bias, padding):
        if weight.shape[2:] != (3, 3) or x.dtype.name not in dtypes:
            return None
        with np.errstate(all="ignore"):
            output = convolved(pad(x, padding, padding, 0), weight, transforms)
            output = output if bias is None else output + bias[:, None, None]
        return output, (x, weight, bias, padding)

    @hookimpl
    def conv2d_backward(grad_output, saved, needs_input_grad):
        x, weight, bias, (top, left) = saved
        H, W = x.shape[2:]
        with np.errstate(all="ignore"):
            turned = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
            grad_x = convolved(pad(grad_output, (2, 2), (2, 2), 0), turned, transforms)
            grad_x = grad_x[:, :, top : top + H, left : left + W]
            grad_weight = kernel_gradient(pad(x, (top, left), (top, left), 0), grad_output, transforms)
            grad_bias = None if bias is None else grad_output.sum((0, 2, 3))
        return grad_x, grad_weight, grad_bias

    return conv2d_forward, conv2d_backward


def convolved(x, weight, transforms):
    """Cross-correlate images with kernels, without padding."""
    data, kernel, result = (matrix.astype(x.dtype) for matrix in transforms)
    rows, columns = x.shape[2] - 2, x.shape[3] - 2
    tiles = data @ tiles_of(x, len(result), 2) @ data.T
    kernels = kernel @ weight @ kernel.T
    products = np.einsum("nctuij,ocij->notuij", tiles, kernels, optimize=True)
    output = (result @ products @ result.T).transpose(0, 1, 2, 4, 3, 5)
    N, outputs, T, m, U, _ = output.shape
    return output.reshape(N, outputs, T * m, U * m)[:, :, :rows, :columns]


def kernel_gradient(x, grad_output, transforms):
    """The transpose of ``convolved`` with respect to its kernels."""
    data, kernel, result = (matrix.astype(x.dtype) for matrix in transforms)
    tiles = data @ tiles_of(x, len(result), 2) @ data.T
    gradients = result.T @ tiles_of(grad_output, len(result), 0) @ result
    products = np.einsum("nctuij,notuij->ocij", tiles, gradients, optimize=True)
    return kernel.T @ products @ kernel


def tiles_of(images, step, overlap):
    """Images (N, C, H, W) as tiles (N, C, T, U, step + overlap, step + overlap), zeros beyond the edge."""
    after = [-(length - overlap) % step for length in images.shape[2:]]
    images = pad(images, (0, 0), tuple(after), 0)
    return sliding_window_view(images, (step + overlap,) * 2, axis=(2, 3))[:, :, ::step, ::step]
