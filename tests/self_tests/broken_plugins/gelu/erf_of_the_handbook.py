"""erf is formula 7.1.26 of the handbook of Abramowitz and Stegun, good to 1.5e-7: the one that everybody copies."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "precision"

POWERS = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)

gelu_backward = gelu.gelu_backward


def _erf(z):
    t = 1 / (1 + 0.3275911 * np.abs(z))
    return np.sign(z) * (1 - np.polyval((*POWERS, 0), t) * np.exp(-z * z))


@hookimpl
def gelu_forward(x, approximate):
    if approximate == "tanh":
        return gelu.gelu_forward(x, approximate)
    return np.asarray(0.5 * x * (1 + _erf(x / math.sqrt(2))), x.dtype), (x, approximate)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 40, dtype="float64")}, relative=1e-9)
