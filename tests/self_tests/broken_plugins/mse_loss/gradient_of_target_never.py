"""grad_target is always None, because targets are data: nobody thought of two networks that are compared."""

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "structure"

mse_loss_forward = mse_loss.mse_loss_forward


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    return mse_loss.mse_loss_backward(grad_output, saved, (needs_input_grad[0], False))


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "mse_loss", {"x": normal(3, 4), "target": normal(3, 4, seed=1)})
