"""The packed weight is kept under its address in memory, so an update in place is never seen: someone who packs
panels for the matrix product once."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "state"


_packed = {}


@hookimpl
def linear_forward(x, weight, bias):
    key = weight.ctypes.data, weight.shape, weight.strides, weight.dtype
    _, packed = _packed.setdefault(key, (weight, np.ascontiguousarray(weight.T).copy()))
    return linear.linear_forward(x, packed.T, bias)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import normal, stale

    return stale(
        __file__, "linear", {"x": normal(2, 3), "weight": normal(2, 3, seed=1)}, "weight", normal(2, 3, seed=2)
    )
