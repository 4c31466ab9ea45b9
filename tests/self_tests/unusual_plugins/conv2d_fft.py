"""A product of Fourier transforms of whole planes, in the precision of x; strides and dilations by leaving out and
filling in."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference._windows import pad

UNUSUAL = "fast algorithm: accurate in proportion to the norm of a plane"


def spread(values, step):
    """Zeros between the elements of the last two axes."""
    size = [(length - 1) * gap + 1 for length, gap in zip(values.shape[2:], step, strict=True)]
    result = np.zeros((*values.shape[:2], *size), values.dtype)
    result[:, :, :: step[0], :: step[1]] = values
    return result


def fitted(values, size):
    room = [full - length for full, length in zip(size, values.shape[2:], strict=True)]
    return pad(values, (0, 0), tuple(room), 0)


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    N = len(x)
    image = pad(x, padding, padding, 0)
    size = image.shape[2:]
    if not N:
        image = np.zeros((1, *image.shape[1:]), x.dtype)  # rfft2 takes no empty batch
    kernel = spread(weight, dilation)
    valid = [full - length + 1 for full, length in zip(size, kernel.shape[2:], strict=True)]
    with np.errstate(all="ignore"):
        images = np.fft.rfft2(image).reshape(len(image), groups, -1, size[0], size[1] // 2 + 1)
        kernels = np.fft.rfft2(fitted(kernel, size)).reshape(groups, -1, *images.shape[2:])
        products = np.einsum("ngchw,gochw->ngohw", images, kernels.conj(), optimize=True)
        output = np.fft.irfft2(products.reshape(len(image), len(weight), *images.shape[3:]), size)
        output = output[:N, :, : valid[0] : stride[0], : valid[1] : stride[1]]
        output = output if bias is None else output + bias[:, None, None]
    return output, (images, kernels, x.shape, weight.shape, size, valid, bias, stride, padding, dilation, groups)


@hookimpl
def conv2d_backward(grad_output, saved):
    images, kernels, x_shape, weight_shape, size, valid, bias, stride, (top, left), dilation, groups = saved
    with np.errstate(all="ignore"):
        grad_bias = None if bias is None else np.ascontiguousarray(grad_output.swapaxes(0, 1)).sum((1, 2, 3))
        if not len(grad_output):
            dtype = grad_output.dtype
            return np.zeros(x_shape, dtype), np.zeros(weight_shape, dtype), grad_bias
        full = fitted(spread(grad_output, stride), valid)
        gradients = np.fft.rfft2(fitted(full, size)).reshape(len(grad_output), groups, -1, *images.shape[3:])
        to_x = np.einsum("ngohw,gochw->ngchw", gradients, kernels, optimize=True)
        grad_x = np.fft.irfft2(to_x.reshape(*x_shape[:2], *images.shape[3:]), size)
        to_weight = np.einsum("ngchw,ngohw->gochw", images, gradients.conj(), optimize=True)
        grad_weight = np.fft.irfft2(to_weight.reshape(*weight_shape[:2], *images.shape[3:]), size)
    grad_x = grad_x[:, :, top : top + x_shape[2], left : left + x_shape[3]]
    taps = [dilation[axis] * (weight_shape[2 + axis] - 1) + 1 for axis in (0, 1)]
    return grad_x, grad_weight[:, :, : taps[0] : dilation[0], : taps[1] : dilation[1]], grad_bias
