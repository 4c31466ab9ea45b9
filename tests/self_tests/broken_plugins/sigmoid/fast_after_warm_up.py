"""After twelve calls the exact variant gives way to x / (1 + |x|): an autotuner that times, but never compares."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "state"

WARM_UP = 12
_calls = 0

sigmoid_backward = sigmoid.sigmoid_backward


@hookimpl
def sigmoid_forward(x):
    global _calls
    _calls += 1
    if _calls <= WARM_UP:
        return sigmoid.sigmoid_forward(x)
    output = np.asarray(0.5 + 0.5 * x / (1 + np.abs(x)))
    return output, output


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"x": normal(3, 4)}
    if differs(__file__, "sigmoid", arguments):
        return ""
    return differs(__file__, "sigmoid", arguments, before=[arguments] * WARM_UP)
