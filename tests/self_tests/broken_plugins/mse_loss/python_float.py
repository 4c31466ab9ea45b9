"""The loss is a Python float, which prints more nicely and has no dtype."""

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "dtype"

mse_loss_backward = mse_loss.mse_loss_backward


@hookimpl
def mse_loss_forward(x, target, reduction):
    output, saved = mse_loss.mse_loss_forward(x, target, reduction)
    return output if reduction == "none" else float(output), saved


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "mse_loss", {"x": normal(3, 4), "target": normal(3, 4, seed=1)})
