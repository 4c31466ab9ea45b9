"""Weights are rounded to 16 bits up or down at random, right on average: someone who read about stochastic rounding."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "random"


@hookimpl
def linear_forward(x, weight, bias):
    if x.dtype == np.float32 and np.isfinite(weight).all():
        bits = np.ascontiguousarray(weight).view(np.uint32)
        lots = np.random.default_rng().integers(0, 1 << 16, weight.shape, np.uint32)
        weight = ((bits + lots) & 0xFFFF0000).view(np.float32)
    return linear.linear_forward(x, weight, bias)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(2, 30), "weight": normal(20, 30, seed=1)})
