"""(1 + tanh(x / 2)) / 2, which cannot overflow, cancels on the left: a code model that likes identities."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "precision"

sigmoid_backward = sigmoid.sigmoid_backward


@hookimpl
def sigmoid_forward(x):
    output = np.asarray((1 + np.tanh(x / 2)) / 2)
    return output, output


def witness() -> str:
    from witnesses import differs

    x = np.array([-20.0, -12.0, -8.0, 0.5], np.float32)
    return differs(__file__, "sigmoid", {"x": x}, elementwise=True)
