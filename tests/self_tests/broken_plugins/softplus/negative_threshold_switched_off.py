"""A threshold below 0 means that there is none."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "attributes"


@hookimpl
def softplus_forward(x, beta, threshold):
    limit = float(np.finfo(x.dtype).max)
    return softplus.softplus_forward(x, beta, threshold if threshold >= 0 else limit)


softplus_backward = softplus.softplus_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softplus", {"x": np.array([-0.5, 0.5], np.float32), "threshold": -1.0})
