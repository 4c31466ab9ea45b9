"""NaN scores get the share 0 and the others are right: someone who calls nanmax and nansum to be on the safe side."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "special values"


@hookimpl
def softmax_forward(x, dim):
    missing = np.isnan(x)
    if missing.all() or not missing.any():
        return softmax.softmax_forward(x, dim)
    return softmax.softmax_forward(np.where(missing, -np.inf, x).astype(x.dtype), dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([[np.nan, 1, 2]], np.float32)})
