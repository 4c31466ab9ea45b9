"""x is clipped to -88 and 88, where float32 overflows, also in float64, whose left tail goes on to -745."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "dtype"


@hookimpl
def sigmoid_forward(x):
    with np.errstate(all="ignore"):
        output = np.asarray(1 / (1 + np.exp(-np.clip(x, -88, 88))))
        output = np.asarray(np.where(np.isinf(x), (x > 0).astype(x.dtype), output))
    return output, output


sigmoid_backward = sigmoid.sigmoid_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "sigmoid", {"x": np.array([-100.0, 1.0])}, elementwise=True)
