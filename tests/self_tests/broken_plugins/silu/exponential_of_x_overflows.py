"""x * exp(x) / (1 + exp(x)) is infinity over infinity far on the right."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import silu

DEFECT_CLASS = "special values"


@hookimpl
def silu_forward(x):
    with np.errstate(all="ignore"):
        power = np.exp(x)
        output = np.asarray(x * power / (1 + power))
        return np.where(np.isinf(x), np.where(x > 0, x, x.dtype.type(np.nan)), output), x


silu_backward = silu.silu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "silu", {"x": np.array([100, 1], np.float32)})
