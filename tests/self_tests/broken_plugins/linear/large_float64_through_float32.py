"""float64 goes through the float32 matrix product from 64 inputs on: someone whose fast path covers one dtype."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "precision"


@hookimpl
def linear_forward(x, weight, bias):
    if weight.shape[1] < 64:
        return linear.linear_forward(x, weight, bias)
    single = None if bias is None else bias.astype(np.float32)
    output, _ = linear.linear_forward(x.astype(np.float32), weight.astype(np.float32), single)
    return output.astype(x.dtype), linear.linear_forward(x, weight, bias)[1]


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "linear", {"x": normal(2, 64, dtype="float64"), "weight": normal(2, 64, seed=1, dtype="float64")}
    )
