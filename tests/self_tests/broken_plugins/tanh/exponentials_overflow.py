"""(e**x - e**-x) / (e**x + e**-x), as the definition has it, is NaN for a large x: the beginner."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "special values"

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    output = np.asarray((np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)))
    return output, output


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "tanh", {"x": np.array([0.5, 100.0, -100.0], np.float32)})
