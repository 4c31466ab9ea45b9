"""A 0-d x has a gradient of shape (1,)."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "shape"


mse_loss_forward = mse_loss.mse_loss_forward


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    gradients = mse_loss.mse_loss_backward(grad_output, saved, (True, True))
    return tuple(np.atleast_1d(gradient) for gradient in gradients)


def witness() -> str:
    from witnesses import misshapes

    return misshapes(__file__, "mse_loss", {"x": np.array(1.5, np.float32), "target": np.array(1, np.float32)})
