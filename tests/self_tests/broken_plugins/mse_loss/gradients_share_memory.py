"""grad_target is grad_x negated in place, so that both are grad_target in the end: an allocation saved."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "aliasing"

mse_loss_forward = mse_loss.mse_loss_forward


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    grad_x, _ = mse_loss.mse_loss_backward(grad_output, saved, (True, False))
    if not needs_input_grad[1]:
        return grad_x, None
    return grad_x, np.negative(grad_x, out=grad_x)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"x": normal(3, 4), "target": normal(3, 4, seed=1)}
    if differs(__file__, "mse_loss", arguments, needs_input_grad=(True, False)):
        return ""
    return differs(__file__, "mse_loss", arguments)
