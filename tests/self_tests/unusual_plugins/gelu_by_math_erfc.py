"""math.erfc for the normal distribution, which keeps the left tail; the approximation as x / (1 + exp(-2*u))."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "scalar functions of the math module; everything recomputed in backward"

each_erfc = np.frompyfunc(math.erfc, 1, 1)
SLOPE = math.sqrt(8 / math.pi)


@hookimpl
def gelu_forward(x, approximate):
    wide = x.astype(np.float64)
    with np.errstate(all="ignore"):
        if approximate == "none":
            output = wide * 0.5 * np.asarray(each_erfc(-wide / math.sqrt(2)), np.float64)
        else:
            output = wide / (1 + np.exp(-SLOPE * wide * (1 + 0.044715 * wide * wide)))
        return np.asarray(output).astype(x.dtype), (x, approximate)


@hookimpl
def gelu_backward(grad_output, saved):
    x, approximate = saved
    wide = x.astype(np.float64)
    with np.errstate(all="ignore"):
        if approximate == "none":
            share = 0.5 * np.asarray(each_erfc(-wide / math.sqrt(2)), np.float64)
            slope = share + wide * np.exp(-0.5 * wide * wide) / math.sqrt(2 * math.pi)
        else:
            inner = np.clip(wide, -50, 50)
            twice_u = SLOPE * inner * (1 + 0.044715 * inner * inner)
            share, rest = 1 / (1 + np.exp(-twice_u)), 1 / (1 + np.exp(twice_u))
            slope = share + inner * share * rest * SLOPE * (1 + 3 * 0.044715 * inner * inner)
        return (np.asarray(grad_output * slope).astype(x.dtype),)
