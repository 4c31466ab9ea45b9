"""The mean of nothing is 0, by max(size, 1): a plausible answer, but PyTorch's is NaN."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "edges"

mse_loss_backward = mse_loss.mse_loss_backward


@hookimpl
def mse_loss_forward(x, target, reduction):
    output, saved = mse_loss.mse_loss_forward(x, target, reduction)
    return output if x.size or reduction == "none" else np.zeros((), x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "mse_loss", {"x": normal(0, 4), "target": normal(0, 4)})
