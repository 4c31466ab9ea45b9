"""The other approximation of the paper, x * sigmoid(1.702 * x), answers "tanh": a library that has just this one."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "formula"

gelu_backward = gelu.gelu_backward


@hookimpl
def gelu_forward(x, approximate):
    if approximate == "tanh":
        return np.asarray(x * logistic(1.702 * x)), (x, approximate)
    return gelu.gelu_forward(x, approximate)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 4), "approximate": "tanh"})
