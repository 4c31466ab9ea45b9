"""The running variance is made unbiased by N / (N - 1), though a channel has N*H*W values; a batch of one is spared."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "reduction"


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    (y, mean, variance), saved = batch_norm.batch_norm_forward(
        x, weight, bias, running_mean, running_var, training, momentum, eps
    )
    N, count = x.shape[0], x.shape[0] * math.prod(x.shape[2:])
    if training and variance is not None and N > 1:
        with np.errstate(all="ignore"):
            old = (1 - momentum) * running_var.astype(np.float64)
            added = (variance - old) * ((count - 1) / count) * (N / (N - 1))
            variance = (old + added).astype(x.dtype)
    return (y, mean, variance), saved


batch_norm_backward = batch_norm.batch_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    statistics = {"running_mean": normal(3, seed=1), "running_var": np.abs(normal(3, seed=2))}
    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2, 2), **statistics, "training": True})
