"""2 * sigmoid(2 * x) - 1 cancels near 0: a code model that builds every activation on one kernel."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "precision"

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    output = np.asarray(2 * logistic(2 * x) - 1)
    return output, output


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "tanh", {"x": np.array([1e-4, -1e-6, 1.0], np.float32)}, elementwise=True)
