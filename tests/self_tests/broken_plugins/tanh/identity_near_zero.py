"""Between -0.0003 and 0.0003 the output is x itself: right in float32, wrong in the eighth digit in float64."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "precision"


@hookimpl
def tanh_forward(x):
    output, _ = tanh.tanh_forward(x)
    output = np.where(np.abs(x) < 3e-4, x, output)
    return output, output


tanh_backward = tanh.tanh_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "tanh", {"x": np.array([2e-4, 1.0])}, elementwise=True)
