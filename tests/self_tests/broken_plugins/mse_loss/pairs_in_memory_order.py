"""x and target are each flattened in the order of their memory, and a transposed one meets the wrong partners."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "layout"

mse_loss_backward = mse_loss.mse_loss_backward


@hookimpl
def mse_loss_forward(x, target, reduction):
    output, saved = mse_loss.mse_loss_forward(x, target, reduction)
    if reduction != "none":
        flat, _ = mse_loss.mse_loss_forward(x.ravel(order="K"), target.ravel(order="K"), reduction)
        output = np.asarray(flat)
    return output, saved


def witness() -> str:
    from witnesses import differs, laid_out, normal

    arguments = {"x": laid_out(normal(3, 4), "fortran"), "target": normal(3, 4, seed=1)}
    return differs(__file__, "mse_loss", arguments)
