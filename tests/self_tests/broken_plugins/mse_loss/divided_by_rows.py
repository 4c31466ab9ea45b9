"""The mean divides by len(x), the number of samples, and not by the number of elements: the loss of the 1-D example."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "reduction"


@hookimpl
def mse_loss_forward(x, target, reduction):
    if reduction != "mean" or not x.ndim or not x.size:
        output, saved = mse_loss.mse_loss_forward(x, target, reduction)
        return output, (saved, 1)
    output, saved = mse_loss.mse_loss_forward(x, target, "sum")
    return np.asarray(output / len(x)), (saved, len(x))


@hookimpl
def mse_loss_backward(grad_output, saved, needs_input_grad):
    inner, count = saved
    return mse_loss.mse_loss_backward(np.asarray(grad_output / count), inner, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "mse_loss", {"x": normal(5), "target": normal(5, seed=1)}):
        return ""
    return differs(__file__, "mse_loss", {"x": normal(3, 4), "target": normal(3, 4, seed=1)})
