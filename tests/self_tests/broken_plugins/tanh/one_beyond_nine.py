"""Beyond 9.1 the output is 1 or -1, which is so in float32, but not in float64."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "dtype"


@hookimpl
def tanh_forward(x):
    output, _ = tanh.tanh_forward(x)
    output = np.where(np.abs(x) > 9.1, np.sign(x), output)
    return output, output


tanh_backward = tanh.tanh_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "tanh", {"x": np.array([9.2, 1.0])})
