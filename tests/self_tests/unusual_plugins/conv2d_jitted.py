"""Seven nested loops, compiled by Numba, with one accumulator in float64 for each output and each gradient."""

import numba
import numpy as np

from layerproof import hookimpl

UNUSUAL = "compiled on the first call; copies of all arguments"


@numba.njit(cache=False)
def forward(x, weight, bias, stride, padding, dilation, output):
    N, outputs, rows, columns = output.shape
    channels, kernels_in_group = weight.shape[1], outputs // (x.shape[1] // weight.shape[1])
    for n in range(N):
        for o in range(outputs):
            first = o // kernels_in_group * channels
            for i in range(rows):
                for j in range(columns):
                    total = bias[o]
                    for c in range(channels):
                        for p in range(weight.shape[2]):
                            h = i * stride[0] - padding[0] + p * dilation[0]
                            for q in range(weight.shape[3]):
                                w = j * stride[1] - padding[1] + q * dilation[1]
                                if 0 <= h < x.shape[2] and 0 <= w < x.shape[3]:
                                    total += weight[o, c, p, q] * x[n, first + c, h, w]
                    output[n, o, i, j] = total


@numba.njit(cache=False)
def backward(gradient, x, weight, stride, padding, dilation, grad_x, grad_weight):
    N, outputs, rows, columns = gradient.shape
    channels, kernels_in_group = weight.shape[1], outputs // (x.shape[1] // weight.shape[1])
    for n in range(N):
        for o in range(outputs):
            first = o // kernels_in_group * channels
            for i in range(rows):
                for j in range(columns):
                    for c in range(channels):
                        for p in range(weight.shape[2]):
                            h = i * stride[0] - padding[0] + p * dilation[0]
                            for q in range(weight.shape[3]):
                                w = j * stride[1] - padding[1] + q * dilation[1]
                                if 0 <= h < x.shape[2] and 0 <= w < x.shape[3]:
                                    grad_x[n, first + c, h, w] += weight[o, c, p, q] * gradient[n, o, i, j]
                                    grad_weight[o, c, p, q] += x[n, first + c, h, w] * gradient[n, o, i, j]


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    size = tuple(
        (length + 2 * pad - gap * (kernel - 1) - 1) // step + 1
        for length, kernel, step, pad, gap in zip(x.shape[2:], weight.shape[2:], stride, padding, dilation, strict=True)
    )
    images, kernels = doubles(x), doubles(weight)
    output = np.zeros((len(x), len(weight), *size))
    forward(
        images, kernels, np.zeros(len(weight)) if bias is None else doubles(bias), stride, padding, dilation, output
    )
    with np.errstate(all="ignore"):
        return output.astype(x.dtype), (images, kernels, bias is None, stride, padding, dilation)


@hookimpl
def conv2d_backward(grad_output, saved):
    images, kernels, no_bias, *geometry = saved
    gradient = doubles(grad_output)
    grad_x, grad_weight = np.zeros_like(images), np.zeros_like(kernels)
    backward(gradient, images, kernels, *geometry, grad_x, grad_weight)
    with np.errstate(all="ignore"):
        grad_bias = None if no_bias else gradient.sum((0, 2, 3)).astype(grad_output.dtype)
        return grad_x.astype(grad_output.dtype), grad_weight.astype(grad_output.dtype), grad_bias


def doubles(values):
    return np.array(values, np.float64, order="C")
