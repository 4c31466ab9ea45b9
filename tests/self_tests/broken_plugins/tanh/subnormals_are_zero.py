"""Numbers below the normal range count as 0 in forward: a compiler with fast-math switches them off for the process."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "precision"

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    return tanh.tanh_forward(np.where(np.abs(x) < np.finfo(x.dtype).tiny, 0, x).astype(x.dtype))


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "tanh", {"x": np.array([1e-39, -3e-40], np.float32)}, elementwise=True)
