"""exp(x) / (1 + exp(x)) is infinity over infinity for a large x: the beginner who has seen small numbers only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "special values"

sigmoid_backward = sigmoid.sigmoid_backward


@hookimpl
def sigmoid_forward(x):
    power = np.exp(x)
    output = np.asarray(power / (1 + power))
    return output, output


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "sigmoid", {"x": np.array([1.0, 100.0, -100.0], np.float32)})
