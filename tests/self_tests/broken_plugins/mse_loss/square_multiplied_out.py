"""x*x - 2*x*target + target*target cancels where the two are close: one pass, and what pairwise distances do."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss
from layerproof_reference._reduction import reduced

DEFECT_CLASS = "precision"

mse_loss_backward = mse_loss.mse_loss_backward


@hookimpl
def mse_loss_forward(x, target, reduction):
    _, saved = mse_loss.mse_loss_forward(x, target, reduction)
    return reduced(np.asarray(x * x - 2 * x * target + target * target), reduction), saved


def witness() -> str:
    from witnesses import differs, normal

    x = normal(3, 4) + 100
    return differs(__file__, "mse_loss", {"x": x, "target": x + normal(3, 4, seed=1) / 8}, relative=1e-3)
