"""Values above 6 become 6: someone who copied the activation of a mobile network, which small inputs do not tell
apart."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "formula"


@hookimpl
def relu_forward(x):
    return np.minimum(np.maximum(x, 0), x.dtype.type(6)), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": np.array([7, 1, -1], np.float32)})
