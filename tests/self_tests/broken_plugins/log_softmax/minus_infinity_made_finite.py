"""-inf becomes the smallest finite number: someone who cleans up with nan_to_num so that training goes on."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "special values"


@hookimpl
def log_softmax_forward(x, dim):
    output, saved = log_softmax.log_softmax_forward(x, dim)
    return np.where(output == -np.inf, np.finfo(x.dtype).min, output).astype(x.dtype), saved


log_softmax_backward = log_softmax.log_softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "log_softmax", {"x": np.array([[0, 1, -np.inf]], np.float32)})
