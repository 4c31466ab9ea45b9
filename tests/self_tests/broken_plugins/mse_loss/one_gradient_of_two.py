"""backward returns a tuple with grad_x alone: written from the signature of another loss."""

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "structure"

mse_loss_forward = mse_loss.mse_loss_forward


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    return mse_loss.mse_loss_backward(grad_output, saved, needs_input_grad)[:1]


def witness() -> str:
    from witnesses import normal, raises

    return raises(__file__, "mse_loss", {"x": normal(3, 4), "target": normal(3, 4, seed=1)})
