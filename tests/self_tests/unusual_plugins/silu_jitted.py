"""Universal functions compiled by Numba for both dtypes."""

import math

import numba
import numpy as np

from layerproof import hookimpl

UNUSUAL = "compiled universal functions"


@numba.vectorize(["float32(float32)", "float64(float64)"])
def silu_of(x):
    return x / (1 + math.exp(-x))


@numba.vectorize(["float64(float64)"])
def slope_of(x):
    power = math.exp(-abs(x))
    near, far = 1 / (1 + power), power / (1 + power)
    if x >= 0:
        return near * (1 + x * far)
    return far * (1 + x * near)


@hookimpl
def silu_forward(x):
    with np.errstate(all="ignore"):
        return np.asarray(silu_of(x), x.dtype), x


@hookimpl
def silu_backward(grad_output, saved):
    with np.errstate(all="ignore"):
        slope = np.asarray(slope_of(saved.astype(np.float64)))
        return (np.asarray(grad_output * slope).astype(grad_output.dtype),)
