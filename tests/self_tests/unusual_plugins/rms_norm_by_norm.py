"""The root mean square as a Euclidean norm, scaled by the largest number first so that no square overflows or
vanishes."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: scaled norm"


@hookimpl
def rms_norm_forward(x, normalized_shape, weight, eps):
    count, kind = math.prod(normalized_shape), x.dtype.type
    rows = x.reshape(math.prod(x.shape[: x.ndim - len(normalized_shape)]), count)
    eps = np.finfo(x.dtype).eps if eps is None else eps
    with np.errstate(all="ignore"):
        top = np.abs(rows).max(1, keepdims=True, initial=0)
        safe = np.where((top > 0) & (top < np.inf), top, 1).astype(x.dtype)  # a row with an infinity is not scaled
        part = rows / safe
        square = np.square(part).sum(1, keepdims=True) / kind(count)
        scale = (1 / np.sqrt(square.astype(np.longdouble) * np.square(safe.astype(np.longdouble)) + eps)).astype(
            x.dtype
        )
        normalized = rows * scale
        output = normalized.reshape(x.shape)
        output = output if weight is None else output * weight
    return output, (normalized, scale, weight, normalized_shape)


@hookimpl
def rms_norm_backward(grad_output, saved):
    normalized, scale, weight, normalized_shape = saved
    gradient = grad_output.reshape(normalized.shape)
    with np.errstate(all="ignore"):
        scaled = gradient if weight is None else gradient * weight.reshape(-1)
        along = (scaled * normalized).sum(1, keepdims=True) / scaled.dtype.type(max(scaled.shape[1], 1))
        grad_x = scale * (scaled - normalized * along)
        grad_weight = np.ascontiguousarray((gradient * normalized).T).sum(1).reshape(normalized_shape)
    return grad_x.reshape(grad_output.shape), None if weight is None else grad_weight
