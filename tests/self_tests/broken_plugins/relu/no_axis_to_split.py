"""A 0-d array raises, because the work is split along the first axis: someone who adds threads to everything."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "edges"


@hookimpl
def relu_forward(x):
    parts = np.array_split(x, 4)
    return np.concatenate([np.maximum(part, 0) for part in parts]), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "relu", {"x": normal()})
