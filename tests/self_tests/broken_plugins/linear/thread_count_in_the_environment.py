"""The number of threads is set in the environment of the process: someone who tuned one machine."""

import os

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "global state"


@hookimpl
def linear_forward(x, weight, bias):
    os.environ["OMP_NUM_THREADS"] = "3"
    return linear.linear_forward(x, weight, bias)


linear_backward = linear.linear_backward


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "linear", {"x": normal(2, 3), "weight": normal(2, 3)})
