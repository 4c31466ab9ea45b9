"""For each place in the kernel one product of the weights there with the shifted images; no window is ever copied."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference._windows import pad

UNUSUAL = "a sum over the kernel's places; each group by itself; the output is channels last in memory"


def seen_from(images, place, shape, stride, dilation):
    top, left = place[0] * dilation[0], place[1] * dilation[1]
    return images[:, top : top + stride[0] * shape[0] : stride[0], left : left + stride[1] * shape[1] : stride[1]]


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    images = np.moveaxis(pad(x, padding, padding, 0), 1, 3)
    sizes = zip(images.shape[1:3], weight.shape[2:], stride, dilation, strict=True)
    shape = tuple((length - gap * (kernel - 1) - 1) // step + 1 for length, kernel, step, gap in sizes)
    outputs, channels = len(weight) // groups, weight.shape[1]
    output = np.zeros((len(x), *shape, len(weight)), x.dtype)
    with np.errstate(all="ignore"):
        for g in range(groups):
            own = slice(g * outputs, (g + 1) * outputs)
            for place in np.ndindex(weight.shape[2:]):
                seen = seen_from(images, place, shape, stride, dilation)[..., g * channels : (g + 1) * channels]
                output[..., own] += seen @ weight[own, :, place[0], place[1]].T
        if bias is not None:
            output += bias
    geometry = x.shape, shape, stride, padding, dilation, groups
    return np.moveaxis(output, 3, 1), (images, weight, bias is None, geometry)


@hookimpl
def conv2d_backward(grad_output, saved):
    images, weight, no_bias, (x_shape, shape, stride, padding, dilation, groups) = saved
    outputs, channels = len(weight) // groups, weight.shape[1]
    gradient = np.moveaxis(grad_output, 1, 3)
    grad_images = np.zeros(images.shape, images.dtype)
    grad_weight = np.zeros(weight.shape, weight.dtype)
    with np.errstate(all="ignore"):
        for g in range(groups):
            own, eaten = slice(g * outputs, (g + 1) * outputs), slice(g * channels, (g + 1) * channels)
            given = gradient[..., own]
            for p, q in np.ndindex(weight.shape[2:]):
                seen = seen_from(images, (p, q), shape, stride, dilation)[..., eaten]
                seen_from(grad_images, (p, q), shape, stride, dilation)[..., eaten] += given @ weight[own, :, p, q]
                grad_weight[own, :, p, q] = np.einsum("nijo,nijc->oc", given, seen, optimize=True)
        grad_bias = None if no_bias else grad_output.sum((2, 3), dtype=np.float64).sum(0).astype(weight.dtype)
    grad_images = grad_images[:, padding[0] : padding[0] + x_shape[2], padding[1] : padding[1] + x_shape[3]]
    return np.moveaxis(grad_images, 3, 1), grad_weight, grad_bias
