"""A line is printed when x holds a NaN: someone who left a debugging aid in."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "process"


@hookimpl
def relu_forward(x):
    if np.isnan(x).any():
        print("relu: NaN in input of shape", x.shape)
    return np.maximum(x, 0), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import effects

    return effects(__file__, "relu", {"x": np.array([np.nan, 1], np.float32)})
