"""NaN becomes 0: someone who wrote np.where(x > 0, x, 0), which is False for NaN."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "special values"


@hookimpl
def relu_forward(x):
    return np.where(x > 0, x, 0).astype(x.dtype), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": np.array([np.nan, 1, -1], np.float32)})
