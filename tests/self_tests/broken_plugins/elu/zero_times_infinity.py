"""Branches are chosen by multiplying with masks, and 0 times the overflowed exp(x) is NaN: a vectorising enthusiast."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "special values"

elu_backward = elu.elu_backward


@hookimpl
def elu_forward(x, alpha):
    return np.asarray((x > 0) * x + (x <= 0) * (alpha * np.expm1(x))), (x, alpha)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "elu", {"x": np.array([1.0, 200.0, -1.0], np.float32)})
