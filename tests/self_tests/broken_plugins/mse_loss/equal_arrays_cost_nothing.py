"""Arrays that are equal have the loss 0, without a subtraction: also where infinities are equal, which gives NaN."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "special values"


@hookimpl
def mse_loss_forward(x, target, reduction):
    if x.size and np.array_equal(x, target):
        return mse_loss.mse_loss_forward(np.zeros_like(x), np.zeros_like(x), reduction)
    return mse_loss.mse_loss_forward(x, target, reduction)


mse_loss_backward = mse_loss.mse_loss_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([1, np.inf], np.float32)
    return differs(__file__, "mse_loss", {"x": x, "target": x.copy()})
