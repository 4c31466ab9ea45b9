"""math.log1p and math.exp for one number after the other; beta * x is rounded to the dtype of x first."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "scalar functions of the math module"


def smooth(z):
    return max(z, 0.0) + math.log1p(math.exp(-abs(z))) if z == z else z


def share(z):
    power = math.exp(-abs(z))
    return (1 if z >= 0 else power) / (1 + power) if z == z else z


each_smooth, each_share = np.frompyfunc(smooth, 1, 1), np.frompyfunc(share, 1, 1)


@hookimpl
def softplus_forward(x, beta, threshold):
    with np.errstate(all="ignore"):
        z = np.asarray(x * x.dtype.type(beta))
        bent = np.asarray(each_smooth(z.astype(np.float64)), np.float64) / np.float64(beta)
        output = np.where(z > x.dtype.type(threshold), x, bent.astype(x.dtype))
    return output, (z, threshold)


@hookimpl
def softplus_backward(grad_output, saved):
    z, threshold = saved
    with np.errstate(all="ignore"):
        slope = np.asarray(each_share(z.astype(np.float64)), np.float64)
        bent = np.asarray(grad_output * slope).astype(z.dtype)
        return (np.where(z > z.dtype.type(threshold), grad_output, bent),)
