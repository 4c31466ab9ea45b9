"""The first three calls take the exact path, later ones a path in bfloat16: someone who validates while warming up."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "state"


_calls = []


@hookimpl
def linear_forward(x, weight, bias):
    _calls.append(1)
    if len(_calls) > 3 and x.dtype == np.float32:
        x = (np.ascontiguousarray(x).view(np.uint32) & 0xFFFF0000).view(np.float32)
    return linear.linear_forward(x, weight, bias)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import differs, normal

    given = {"x": normal(2, 3), "weight": normal(2, 3, seed=1)}
    return differs(__file__, "linear", given, before=[given] * 3)
