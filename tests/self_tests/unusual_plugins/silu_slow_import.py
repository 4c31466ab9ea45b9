"""Takes two seconds to import, as what compiles its kernels first; declines an empty batch."""

import time

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a slow import; declines empty arrays"

time.sleep(2)


@hookimpl
def silu_forward(x):
    if not x.size:
        return None
    with np.errstate(all="ignore"):
        power = np.exp(-x)
        return x / (1 + power), x


@hookimpl
def silu_backward(grad_output, saved):
    x = saved
    with np.errstate(all="ignore"):
        power = np.exp(-np.abs(x))
        share = np.where(x < 0, power, 1).astype(x.dtype) / (1 + power)
        rest = np.where(x < 0, 1, power).astype(x.dtype) / (1 + power)
        return (grad_output * (share * (1 + x * rest)),)
