"""math.erf for one number at a time, in float64 inside; warns of overflows as NumPy does by default. "none" only,
by signature."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "pure Python inside; NumPy's warnings let through"

erf = np.vectorize(math.erf, otypes=[np.float64])


@hookimpl
def gelu_forward(x):
    share = (1 + erf(x.astype(np.float64) / math.sqrt(2))) / 2 if x.size else np.zeros(x.shape)
    return np.asarray((x * share).astype(x.dtype)), x


@hookimpl
def gelu_backward(grad_output, saved):
    if not saved.size:
        return (np.zeros_like(saved),)
    wide = saved.astype(np.float64)
    density = np.exp(-wide * wide / 2) / math.sqrt(2 * math.pi)
    slope = (1 + erf(wide / math.sqrt(2))) / 2 + np.where(density == 0, 0 * np.sign(wide), wide * density)
    return (np.asarray((grad_output * slope).astype(saved.dtype)),)
