"""An axis of one element has the output 0 without a look at it, also for NaN and infinities."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "special values"


@hookimpl
def log_softmax_forward(x, dim):
    if x.ndim and x.shape[dim] == 1:
        output = np.zeros(x.shape, x.dtype)
        return output, (output, dim)
    return log_softmax.log_softmax_forward(x, dim)


log_softmax_backward = log_softmax.log_softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "log_softmax", {"x": np.array([[1], [np.nan]], np.float32)})
