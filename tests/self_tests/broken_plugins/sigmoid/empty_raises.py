"""numpy.vectorize around a careful scalar function does not take an empty array: someone who came from math.exp."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "edges"

sigmoid_backward = sigmoid.sigmoid_backward


def _logistic(number):
    if number >= 0:
        return 1 / (1 + math.exp(-number))
    return math.exp(number) / (1 + math.exp(number))


@hookimpl
def sigmoid_forward(x):
    output = np.vectorize(_logistic)(x).astype(x.dtype)
    return output, output


def witness() -> str:
    from witnesses import raises

    return raises(__file__, "sigmoid", {"x": np.zeros((0, 3), np.float32)})
