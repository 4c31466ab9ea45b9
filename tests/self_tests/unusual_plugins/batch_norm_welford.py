"""Welford's running mean and variance, one value after the other, in the dtype of x."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: Welford"


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    rows = np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]) if x.size else np.zeros((0, x.shape[1]), x.dtype)
    dtype, count = x.dtype, len(rows)
    with np.errstate(all="ignore"):
        if training:
            mean, squares = np.zeros(x.shape[1], dtype), np.zeros(x.shape[1], dtype)
            for number, row in enumerate(rows, start=1):
                step = row - mean
                mean = mean + step / dtype.type(number)
                squares = squares + step * (row - mean)
            variance = squares / dtype.type(max(count, 1))
        else:
            mean, variance = running_mean, running_var
        scale = 1 / np.sqrt(variance + dtype.type(eps))
        normalized = (rows - mean) * scale
        y = normalized if weight is None else normalized * weight
        y = y if bias is None else y + bias
        if training and running_mean is not None and count:
            unbiased = squares / dtype.type(count - 1)
            running_mean = running_mean * dtype.type(1 - momentum) + dtype.type(momentum) * mean
            running_var = running_var * dtype.type(1 - momentum) + dtype.type(momentum) * unbiased
    saved = (normalized, scale, weight, bias, training, x.shape)
    return (as_batch(y, x.shape), running_mean, running_var), saved


@hookimpl
def batch_norm_backward(grad_output, saved):
    normalized, scale, weight, bias, training, shape = saved
    gradient = np.moveaxis(grad_output, 1, -1).reshape(normalized.shape)
    with np.errstate(all="ignore"):
        scaled = gradient if weight is None else gradient * weight
        if training:
            inner = scaled - mean_of(scaled) - normalized * mean_of(scaled * normalized)
            grad_x = inner * scale
        else:
            grad_x = scaled * scale
        grad_weight = None if weight is None else np.ascontiguousarray((gradient * normalized).T).sum(1)
        grad_bias = None if bias is None else np.ascontiguousarray(gradient.T).sum(1)
    return as_batch(grad_x, shape), grad_weight, grad_bias


def mean_of(rows):
    return np.ascontiguousarray(rows.T).sum(1) / rows.dtype.type(max(len(rows), 1))


def as_batch(rows, shape):
    return np.moveaxis(rows.reshape(shape[0], *shape[2:], shape[1]), -1, 1)
