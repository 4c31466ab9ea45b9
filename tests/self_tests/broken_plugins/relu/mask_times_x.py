"""The output is x times a mask, and -inf times 0 is NaN: someone who avoids np.where."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "special values"


@hookimpl
def relu_forward(x):
    return (x * ~(x <= 0)).astype(x.dtype), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": np.array([-np.inf, 1, -1], np.float32)})
