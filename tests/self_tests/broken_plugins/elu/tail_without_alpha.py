"""The elements after the last whole block of 8 go through a plain loop that forgets alpha."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "sizes"


@hookimpl
def elu_forward(x, alpha):
    output, saved = elu.elu_forward(x, alpha)
    whole = x.size // 8 * 8
    if whole and whole < x.size:
        flat = output.reshape(-1).copy()
        tail = x.reshape(-1)[whole:]
        flat[whole:] = elu.elu_forward(tail, 1.0)[0]
        output = flat.reshape(x.shape)
    return np.asarray(output), saved


elu_backward = elu.elu_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "elu", {"x": -abs(normal(11)), "alpha": 0.5})
