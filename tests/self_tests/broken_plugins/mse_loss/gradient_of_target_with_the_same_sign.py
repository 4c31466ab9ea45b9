"""grad_target is grad_x and not its negative: the loss is symmetric, so the gradients must be the same."""

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "gradient"

mse_loss_forward = mse_loss.mse_loss_forward


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    grad_x, _ = mse_loss.mse_loss_backward(grad_output, saved, (True, False))
    return grad_x, grad_x


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "mse_loss", {"x": normal(3, 4), "target": normal(3, 4, seed=1)})
