"""Blocks of 8 choose one formula: with any negative number in them exp(x) / (1 + exp(x)), which overflows."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import sigmoid

DEFECT_CLASS = "special values"


@hookimpl
def sigmoid_forward(x):
    flat = np.concatenate([x.reshape(-1), np.zeros(-x.size % 8, x.dtype)]).reshape(-1, 8)
    with np.errstate(all="ignore"):
        left = np.exp(flat) / (1 + np.exp(flat))
        right = 1 / (1 + np.exp(-flat))
        output = np.where((flat < 0).any(axis=1, keepdims=True), left, right)
    output = output.reshape(-1)[: x.size].reshape(x.shape)
    return output, output


sigmoid_backward = sigmoid.sigmoid_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "sigmoid", {"x": np.array([-1, 100], np.float32)})
