"""grad_output is not used for "mean" and "sum", because a loss comes last: until somebody weighs two losses."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "trivial"

mse_loss_forward = mse_loss.mse_loss_forward


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    used = grad_output if saved[1] == "none" else np.ones_like(grad_output)
    return mse_loss.mse_loss_backward(used, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "mse_loss", {"x": normal(3, 4), "target": normal(3, 4, seed=1)})
