"""The constant of the approximation by tanh is sqrt(2 / 3.1416)."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "precision"

CONSTANT = (2 / 3.1416) ** 0.5


@hookimpl
def gelu_forward(x, approximate):
    output, saved = gelu.gelu_forward(x, approximate)
    if approximate == "tanh":
        with np.errstate(all="ignore"):
            output = np.asarray(x / (1 + np.exp(-2 * CONSTANT * x * (1 + 0.044715 * x * x))))
    return output, saved


gelu_backward = gelu.gelu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "gelu", {"x": np.array([-1.0, 0.5]), "approximate": "tanh"})
