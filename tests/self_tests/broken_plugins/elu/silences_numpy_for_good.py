"""numpy.seterr turns warnings off and nobody turns them on again: someone annoyed by a warning of overflow."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "global state"

elu_backward = elu.elu_backward


@hookimpl
def elu_forward(x, alpha):
    np.seterr(all="ignore")
    return np.where(x > 0, x, alpha * np.expm1(x)), (x, alpha)


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "elu", {"x": normal(3, 4)})
