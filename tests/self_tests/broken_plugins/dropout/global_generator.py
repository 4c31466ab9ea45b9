"""numpy.random.rand draws the mask, and neither is rng used nor are equal masks drawn again: the old habit."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout

DEFECT_CLASS = "random"

dropout_backward = dropout.dropout_backward


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = np.random.rand(*x.shape) >= p
    return dropout._dropped(x, mask, p), (mask, p)


def witness() -> str:
    from witnesses import effects

    ones = np.ones(1000)
    arguments = {"x": ones, "p": 0.5, "training": True, "rng": np.random.default_rng(1)}
    return effects(__file__, "dropout", arguments, ones)
