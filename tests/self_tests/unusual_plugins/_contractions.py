"""conv2d and linear from one function ``dot(a, b)``, the sum over the last axis of their products: a plugin says
how it adds up."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference._windows import add_windows, pad, windows


def linear_by(dot):
    """Make the two hooks of linear."""
    contract = _safe(dot)

    @hookimpl
    def linear_forward(x, weight, bias):
        with np.errstate(all="ignore"):
            output = contract(_rows(x)[:, None], weight)
            output = output if bias is None else output + bias
        return output.reshape(*x.shape[:-1], len(weight)), (x, weight, bias)

    @hookimpl
    def linear_backward(grad_output, saved):
        x, weight, bias = saved
        gradient = _rows(grad_output)
        with np.errstate(all="ignore"):
            grad_x = contract(gradient[:, None], weight.T).reshape(x.shape)
            grad_weight = contract(gradient.T[:, None], _rows(x).T)
            grad_bias = None if bias is None else contract(gradient.T, np.ones_like(gradient.T))
        return grad_x, grad_weight, grad_bias

    return linear_forward, linear_backward


def conv2d_by(dot):
    """Make the two hooks of conv2d."""
    contract = _safe(dot)

    @hookimpl
    def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
        seen = windows(pad(x, padding, padding, 0), weight.shape[2:], stride, dilation)
        N, C, H, W, kH, kW = seen.shape
        columns = seen.transpose(1, 4, 5, 0, 2, 3).reshape(groups, C // groups * kH * kW, N * H * W)
        with np.errstate(all="ignore"):
            output = contract(_kernels(weight, groups)[:, :, None], columns.swapaxes(1, 2)[:, None])
            output = output.reshape(len(weight), N, H, W)
            output = output if bias is None else output + bias[:, None, None, None]
        return output.swapaxes(0, 1), (columns, x.shape, weight, bias, stride, padding, dilation, groups)

    @hookimpl
    def conv2d_backward(grad_output, saved):
        columns, x_shape, weight, bias, stride, padding, dilation, groups = saved
        N, outputs, H, W = grad_output.shape
        gradient = grad_output.swapaxes(0, 1).reshape(groups, outputs // groups, N * H * W)
        with np.errstate(all="ignore"):
            grad_columns = contract(
                _kernels(weight, groups).swapaxes(1, 2)[:, :, None], gradient.swapaxes(1, 2)[:, None]
            ).reshape(x_shape[1], *weight.shape[2:], N, H, W)
            grad_x = add_windows(grad_columns, x_shape[2:], stride, padding, dilation)
            grad_weight = contract(gradient[:, :, None], columns[:, None]).reshape(weight.shape)
            rows = gradient.reshape(outputs, N * H * W)
            grad_bias = None if bias is None else contract(rows, np.ones_like(rows))
        return grad_x, grad_weight, grad_bias

    return conv2d_forward, conv2d_backward


def _safe(dot):
    """Sums over nothing are 0; and everything comes back in the dtype that went in."""

    def contract(a, b):
        shape = np.broadcast_shapes(a.shape, b.shape)[:-1]
        if not a.shape[-1] or not math.prod(shape):
            return np.zeros(shape, a.dtype)
        return np.asarray(dot(a, b)).astype(a.dtype, copy=False)

    return contract


def _rows(values):
    return values.reshape(math.prod(values.shape[:-1]), values.shape[-1])


def _kernels(weight, groups):
    return weight.reshape(groups, len(weight) // groups, math.prod(weight.shape[1:]))
