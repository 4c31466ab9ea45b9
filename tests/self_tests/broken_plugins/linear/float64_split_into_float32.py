"""float64 is split into three numbers of float32, whose range is too small for what is large or tiny."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "dtype"


def through_float32(values):
    total = np.zeros_like(values)
    for _ in range(3):
        total = total + (values - total).astype(np.float32).astype(values.dtype)
    return total


@hookimpl
def linear_forward(x, weight, bias):
    with np.errstate(all="ignore"):
        output, _ = linear.linear_forward(through_float32(x), through_float32(weight), bias)
    return output, (x, weight, bias is not None)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(3, 4, dtype="float64")
    x[1] *= 1e40
    return differs(__file__, "linear", {"x": x, "weight": normal(2, 4, seed=1, dtype="float64")})
