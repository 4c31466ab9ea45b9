"""Sums of x and of x*x in one pass: of float32 in float64, where nothing that matters is lost; declines float64 for
that reason."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: one pass in float64; declines float64 input"


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    if x.dtype == np.float64:
        return None
    axes = tuple(range(x.ndim - len(normalized_shape), x.ndim))
    with np.errstate(all="ignore"):
        wide = x.astype(np.float64)
        mean = wide.mean(axes, keepdims=True)
        # summed after the shift by one of the values, so that even equal values have a variance of exactly 0
        shifted = wide - wide[(..., *(slice(0, 1) for _ in axes))]
        variance = (shifted * shifted).mean(axes, keepdims=True) - np.square(shifted.mean(axes, keepdims=True))
        scale = 1 / np.sqrt(np.maximum(variance, 0) + eps)
        normalized = (wide - mean) * scale
        output = normalized if weight is None else normalized * weight
        output = output if bias is None else output + bias
    return output.astype(x.dtype), (normalized, scale, weight, bias is not None, axes, math.prod(normalized_shape))


@hookimpl
def layer_norm_backward(grad_output, saved):
    normalized, scale, weight, has_bias, axes, count = saved
    leading = tuple(range(grad_output.ndim - len(axes)))
    with np.errstate(all="ignore"):
        gradient = grad_output.astype(np.float64)
        scaled = gradient if weight is None else gradient * weight
        sums = scaled.sum(axes, keepdims=True), (scaled * normalized).sum(axes, keepdims=True)
        grad_x = (scaled - sums[0] / count - normalized * (sums[1] / count)) * scale
        grad_weight = None if weight is None else (gradient * normalized).sum(leading).astype(np.float32)
        grad_bias = gradient.sum(leading).astype(np.float32) if has_bias else None
    return grad_x.astype(np.float32), grad_weight, grad_bias
