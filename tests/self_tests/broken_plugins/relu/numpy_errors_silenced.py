"""NumPy's warnings are switched off for the whole process and never on again: someone who met one warning too many."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "global state"


@hookimpl
def relu_forward(x):
    np.seterr(all="ignore")
    return np.maximum(x, 0), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "relu", {"x": normal(2, 3)})
