"""exp(x) - 1 in place of expm1 cancels just below 0: nearly everyone."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "precision"

elu_backward = elu.elu_backward


@hookimpl
def elu_forward(x, alpha):
    return np.where(x < 0, alpha * (np.exp(np.minimum(x, 0)) - 1), x), (x, alpha)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "elu", {"x": np.array([-1e-3, -1e-6, -1.0], np.float32)}, elementwise=True)
