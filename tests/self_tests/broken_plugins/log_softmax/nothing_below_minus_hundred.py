"""Outputs are clipped at -100, as binary cross entropy does with its logarithms: someone who copied one line too
many."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "special values"


@hookimpl
def log_softmax_forward(x, dim):
    output, saved = log_softmax.log_softmax_forward(x, dim)
    return np.where(output < -100, -100, output).astype(x.dtype), saved


log_softmax_backward = log_softmax.log_softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "log_softmax", {"x": np.array([[0, -200]], np.float32)})
