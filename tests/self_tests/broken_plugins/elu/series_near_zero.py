"""Near 0 three terms of the series stand for expm1: enough for float32, not for float64."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "precision"


@hookimpl
def elu_forward(x, alpha):
    with np.errstate(all="ignore"):
        below = np.minimum(x, 0)
        near = below * (1 + below / 2 * (1 + below / 3))
        bent = alpha * np.where(below > -0.005, near, np.expm1(below))
        return np.where(x < 0, bent, x), (x, alpha)


elu_backward = elu.elu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "elu", {"x": np.array([-0.004, 1.0])}, elementwise=True)
