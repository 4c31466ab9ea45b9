"""fmin and fmax cut x into its negative and its positive part, and both turn NaN into 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "special values"


@hookimpl
def elu_forward(x, alpha):
    with np.errstate(all="ignore"):
        output = np.fmax(x, 0) + alpha * np.expm1(np.fmin(x, 0))
        return np.asarray(output), (x, alpha)


elu_backward = elu.elu_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([1, np.nan, -1], np.float32)
    return differs(__file__, "elu", {"x": x}, needs_input_grad=(False,))
