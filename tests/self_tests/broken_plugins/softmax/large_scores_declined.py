"""Scores above 1e4 are declined, though the contract lets nobody decline for values: someone who takes None for
"careful"."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "edges"


@hookimpl
def softmax_forward(x, dim):
    if x.size and np.abs(x).max() > 1e4:
        return None
    return softmax.softmax_forward(x, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import declines_by_value, normal

    return declines_by_value(__file__, "softmax", {"x": np.full((1, 2), 1e5, "f")}, {"x": normal(1, 2)})
