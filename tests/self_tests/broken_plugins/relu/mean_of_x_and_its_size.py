"""The output is (x + |x|) / 2, which overflows for large values and is NaN at -inf: someone who avoids branches."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "special values"


@hookimpl
def relu_forward(x):
    with np.errstate(all="ignore"):
        return ((x + np.abs(x)) * x.dtype.type(0.5)).astype(x.dtype), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": np.array([3e38, 1, -1], np.float32)})
