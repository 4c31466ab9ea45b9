"""Two passes, every sum by halves down to single numbers, in the dtype of x."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "order of summation: pairwise down to single numbers"


def total(values):
    """The sum over the last axis, which stays."""
    while values.shape[-1] > 1:
        if values.shape[-1] % 2:
            values = np.concatenate([values, np.zeros_like(values[..., :1])], axis=-1)
        values = values[..., ::2] + values[..., 1::2]
    return values.sum(-1, keepdims=True)


def mean_of(values):
    return total(values) / values.dtype.type(values.shape[-1])


@hookimpl
def group_norm_forward(x, num_groups, weight, bias, eps):
    N, C = x.shape[:2]
    width = x[:1].size // num_groups if N else 1
    rows = x.reshape(N, num_groups, width) if N else np.zeros((0, num_groups, 1), x.dtype)
    with np.errstate(all="ignore"):
        centred = rows - mean_of(rows)
        scale = 1 / np.sqrt(mean_of(centred * centred) + x.dtype.type(eps))
        normalized = (centred * scale).reshape(x.shape)
        channels = (C,) + (1,) * (x.ndim - 2)
        output = normalized if weight is None else normalized * weight.reshape(channels)
        output = output if bias is None else output + bias.reshape(channels)
    return output, (normalized, scale, weight, bias, rows.shape)


@hookimpl
def group_norm_backward(grad_output, saved):
    normalized, scale, weight, bias, shape = saved
    C = grad_output.shape[1]
    channels = (C,) + (1,) * (grad_output.ndim - 2)
    with np.errstate(all="ignore"):
        scaled = (grad_output if weight is None else grad_output * weight.reshape(channels)).reshape(shape)
        rows = normalized.reshape(shape)
        grad_x = ((scaled - mean_of(scaled) - rows * mean_of(scaled * rows)) * scale).reshape(grad_output.shape)
        grad_weight, grad_bias = (
            total(np.moveaxis(one, 1, 0).reshape(C, one.size // C)).reshape(C)
            for one in (grad_output * normalized, grad_output)
        )
    return grad_x, None if weight is None else grad_weight, None if bias is None else grad_bias
