"""For each place in the kernel the rows and columns that it writes to, by index arrays; what is cut off is left out."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "fancy indexing for each place of the kernel; sums in float64"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    N, C, H, W = x.shape
    per_group = weight.shape[1]
    rows, columns = (
        (length - 1) * step - 2 * cut + gap * (kernel - 1) + more + 1
        for length, kernel, step, cut, gap, more in zip(
            (H, W), weight.shape[2:], stride, padding, dilation, output_padding, strict=True
        )
    )
    steps = [
        (
            p,
            q,
            *kept(H, rows, stride[0], padding[0], p * dilation[0]),
            *kept(W, columns, stride[1], padding[1], q * dilation[1]),
        )
        for p, q in np.ndindex(weight.shape[2:])
    ]
    images = x.astype(np.float64).reshape(N, groups, C // groups, H, W)
    kernels = weight.astype(np.float64).reshape(groups, C // groups, *weight.shape[1:])
    output = np.zeros((N, groups * per_group, rows, columns))
    with np.errstate(all="ignore"):
        for p, q, h, i, w, j in steps:
            part = np.einsum("ngchw,gco->ngohw", images[:, :, :, h[:, None], w], kernels[..., p, q], optimize=True)
            output[:, :, i[:, None], j] += part.reshape(N, groups * per_group, len(h), len(w))
        if bias is not None:
            output += bias[:, None, None]
        return output.astype(x.dtype), (images, kernels, steps, bias is None, weight.shape)


@hookimpl
def conv_transpose2d_backward(grad_output, saved):
    images, kernels, steps, no_bias, weight_shape = saved
    N, groups = images.shape[:2]
    gradient = grad_output.astype(np.float64).reshape(N, groups, -1 if N else weight_shape[1], *grad_output.shape[2:])
    grad_x, grad_kernels = np.zeros_like(images), np.zeros_like(kernels)
    dtype = grad_output.dtype
    with np.errstate(all="ignore"):
        for p, q, h, i, w, j in steps:
            seen = gradient[:, :, :, i[:, None], j]
            grad_x[:, :, :, h[:, None], w] += np.einsum("ngohw,gco->ngchw", seen, kernels[..., p, q], optimize=True)
            pixels = images[:, :, :, h[:, None], w]
            grad_kernels[..., p, q] = np.einsum("ngchw,ngohw->gco", pixels, seen, optimize=True)
        grad_bias = None if no_bias else gradient.sum((0, 3, 4)).reshape(-1).astype(dtype)
        grad_x = grad_x.reshape(N, groups * images.shape[2], *images.shape[3:]).astype(dtype)
        return grad_x, grad_kernels.reshape(weight_shape).astype(dtype), grad_bias


def kept(length, outputs, step, cut, shift):
    """The places of x whose share is not cut off, and where it goes."""
    place = np.arange(length)
    target = place * step - cut + shift
    inside = (target >= 0) & (target < outputs)
    return place[inside], target[inside]
