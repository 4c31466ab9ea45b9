"""The running statistics are updated where they are and returned as they are: as PyTorch's own module does it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "mutation"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    (y, new_mean, new_var), saved = batch_norm.batch_norm_forward(
        x, weight, bias, running_mean, running_var, training, momentum, eps
    )
    if training and running_mean is not None:
        running_mean[...] = new_mean
        running_var[...] = new_var
    return (y, running_mean, running_var), saved


def witness() -> str:
    from witnesses import normal, writes

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    return writes(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True, **statistics})
