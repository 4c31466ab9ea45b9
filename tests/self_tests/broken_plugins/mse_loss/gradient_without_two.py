"""The gradient lacks its factor 2, as that of half the squared error does: the loss of the older textbooks."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "gradient"

mse_loss_forward = mse_loss.mse_loss_forward


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    return mse_loss.mse_loss_backward(np.asarray(grad_output / 2), saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "mse_loss", {"x": normal(3, 4), "target": normal(3, 4, seed=1)})
