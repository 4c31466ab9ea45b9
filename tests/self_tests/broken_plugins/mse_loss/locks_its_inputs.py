"""x and target are made read-only to protect what is saved, and stay so for their owner: defensive programming."""

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "mutation"

mse_loss_backward = mse_loss.mse_loss_backward


@hookimpl
def mse_loss_forward(x, target, reduction):
    x.flags.writeable = target.flags.writeable = False
    return mse_loss.mse_loss_forward(x, target, reduction)


def witness() -> str:
    from witnesses import Plugin, normal

    x = normal(3, 4)
    Plugin(__file__).forward("mse_loss", {"x": x, "target": normal(3, 4, seed=1)})
    try:
        x += 1
    except ValueError as error:
        return f"after the call the owner of x cannot write into it: {error}"
    return ""
