"""Rows of zeros are not multiplied, so the NaN of 0 * inf is lost: someone who profits from dead units."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "special values"


@hookimpl
def linear_forward(x, weight, bias):
    output, saved = linear.linear_forward(x, weight, bias)
    dead = ~x.any(-1, keepdims=True)
    return np.where(dead, 0 if bias is None else bias, output).astype(x.dtype), saved


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    x, weight = normal(2, 2), normal(2, 2, seed=1)
    x[1], weight[0, 0] = 0, np.inf
    return differs(__file__, "linear", {"x": x, "weight": weight})
