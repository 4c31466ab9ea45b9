"""Blocks of 64 are averaged, and then their means, also when the last block is shorter: a reduction in two kernels."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import mse_loss

DEFECT_CLASS = "sizes"

BLOCK = 64

mse_loss_backward = mse_loss.mse_loss_backward


@hookimpl
def mse_loss_forward(x, target, reduction):
    output, saved = mse_loss.mse_loss_forward(x, target, reduction)
    if reduction != "mean" or x.size <= BLOCK:
        return output, saved
    losses = np.square(x - target).reshape(-1)
    means = [losses[start : start + BLOCK].mean() for start in range(0, losses.size, BLOCK)]
    return np.asarray(np.mean(means), x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "mse_loss", {"x": normal(128), "target": normal(128, seed=1)}):
        return ""
    return differs(__file__, "mse_loss", {"x": normal(70), "target": normal(70, seed=1)})
