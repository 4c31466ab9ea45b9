"""0.0447 is written for 0.044715: a constant typed from memory."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "formula"

gelu_backward = gelu.gelu_backward


@hookimpl
def gelu_forward(x, approximate):
    if approximate == "none":
        return gelu.gelu_forward(x, approximate)
    u = math.sqrt(2 / math.pi) * x * (1 + 0.0447 * x * x)
    return np.asarray(0.5 * x * (1 + np.tanh(u))), (x, approximate)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "gelu", {"x": np.array([0.5, 1.5, 2.0], np.float32), "approximate": "tanh"}, relative=3e-6)
