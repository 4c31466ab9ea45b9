"""Phi is read from a table of 4096 places with straight lines between them: an engineer from embedded systems."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "precision"

PLACES = np.linspace(-6, 6, 4096)
TABLE = np.array([0.5 * math.erfc(-place / math.sqrt(2)) for place in PLACES])

gelu_backward = gelu.gelu_backward


@hookimpl
def gelu_forward(x, approximate):
    if approximate == "tanh":
        return gelu.gelu_forward(x, approximate)
    return np.asarray(x * np.interp(x, PLACES, TABLE), x.dtype), (x, approximate)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 40, dtype="float64")}, relative=1e-8)
