"""The gradient is exp(-x) / (1 + exp(-x))**2, which is infinity over infinity far on the left."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "special values"


@hookimpl
def sigmoid_forward(x):
    return sigmoid.sigmoid_forward(x)[0], x


@hookimpl
def sigmoid_backward(grad_output, saved):
    with np.errstate(all="ignore"):
        power = np.exp(-saved)
        return (np.asarray(grad_output * power / (1 + power) ** 2),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "sigmoid", {"x": np.array([-95, 1], np.float32)})
