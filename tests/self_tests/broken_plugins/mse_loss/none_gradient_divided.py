"""The gradient is divided by the number of elements for every reduction but "sum", also for "none"."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "reduction"

mse_loss_forward = mse_loss.mse_loss_forward


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    difference, reduction = saved
    if reduction == "none":
        grad_output = np.asarray(grad_output / max(difference.size, 1))
    return mse_loss.mse_loss_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"x": normal(3, 4), "target": normal(3, 4, seed=1), "reduction": "none"}
    return differs(__file__, "mse_loss", arguments)
