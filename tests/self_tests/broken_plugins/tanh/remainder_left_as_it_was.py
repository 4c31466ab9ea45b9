"""Blocks of eight are computed and what remains is left as it was copied: a SIMD kernel without its tail loop."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "sizes"

WIDTH = 8

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    numbers = x.flatten()
    whole = numbers.size - numbers.size % WIDTH
    np.tanh(numbers[:whole], out=numbers[:whole])
    output = numbers.reshape(x.shape)
    return output, output


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "tanh", {"x": normal(2, 8)}):
        return ""
    return differs(__file__, "tanh", {"x": normal(19)})
