"""tanh of abs(x), negated where x < 0: -0.0 comes back as 0.0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "special values"


@hookimpl
def tanh_forward(x):
    size, _ = tanh.tanh_forward(np.abs(x))
    output = np.where(x < 0, -size, size)
    return output, output


tanh_backward = tanh.tanh_backward


def witness() -> str:
    from witnesses import Plugin

    (output,), _ = Plugin(__file__).forward("tanh", {"x": np.array([-0.0, 1.0])})
    return "" if np.signbit(output[0]) else f"output[0]={output[0]!s}, but should be -0.0"
