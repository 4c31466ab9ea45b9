"""More than 1000 squares are added up by a dot product in float32, also for float64."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "sizes"


@hookimpl
def mse_loss_forward(x, target, reduction):
    output, saved = mse_loss.mse_loss_forward(x, target, reduction)
    if reduction != "none" and x.size > 1000:
        with np.errstate(all="ignore"):
            single = saved[0].astype(np.float32).ravel()
            total = np.dot(single, single)
            output = np.asarray(total / x.size if reduction == "mean" else total, x.dtype)
    return output, saved


mse_loss_backward = mse_loss.mse_loss_backward


def witness() -> str:
    from witnesses import differs, normal

    x, target = normal(1100, dtype="float64"), normal(1100, seed=1, dtype="float64")
    return differs(__file__, "mse_loss", {"x": x, "target": target})
