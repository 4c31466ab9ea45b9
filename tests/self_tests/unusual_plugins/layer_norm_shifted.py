"""One pass in the dtype of x over values less the mean of the first few, so that the difference of the sums loses
little."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

UNUSUAL = "algorithm: shifted one-pass variance; leaves empty arrays to the reference"


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    count, kind = math.prod(normalized_shape), x.dtype.type
    if not x.size:
        output, saved = layer_norm.layer_norm_forward(x, weight, bias, normalized_shape, eps)
        return output, (saved,)
    rows = x.reshape(x.size // count, count)
    with np.errstate(all="ignore"):
        shift = rows[:, :16].mean(1, keepdims=True)
        shifted = rows - shift
        mean = shifted.sum(1, keepdims=True) / kind(count)
        variance = np.maximum((shifted * shifted).sum(1, keepdims=True) / kind(count) - mean * mean, 0)
        scale = 1 / np.sqrt(variance + kind(eps))
        normalized = (shifted - mean) * scale
        output = normalized.reshape(x.shape)
        output = output if weight is None else output * weight
        output = output if bias is None else output + bias
    return output, (normalized, scale, weight, bias, normalized_shape)


@hookimpl
def layer_norm_backward(grad_output, saved):
    if len(saved) == 1:
        return layer_norm.layer_norm_backward(grad_output, *saved, (True, True, True))
    normalized, scale, weight, bias, normalized_shape = saved
    gradient, kind = grad_output.reshape(normalized.shape), grad_output.dtype.type
    count = kind(normalized.shape[1])
    with np.errstate(all="ignore"):
        scaled = gradient if weight is None else gradient * weight.reshape(-1)
        mean = scaled.sum(1, keepdims=True) / count
        along = (scaled * normalized).sum(1, keepdims=True) / count
        grad_x = scale * (scaled - (mean + normalized * along))
        columns = [
            np.ascontiguousarray(one.T).sum(1).reshape(normalized_shape) for one in (gradient * normalized, gradient)
        ]
    return (
        grad_x.reshape(grad_output.shape),
        None if weight is None else columns[0],
        None if bias is None else columns[1],
    )
