"""The running mean is updated by nanmean, so that one bad pixel should not spoil it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "special values"


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    (y, mean, variance), saved = batch_norm.batch_norm_forward(
        x, weight, bias, running_mean, running_var, training, momentum, eps
    )
    if training and mean is not None and np.isnan(x).any():
        values = x.swapaxes(0, 1).reshape(x.shape[1], -1)
        filled = np.where(np.isnan(values).all(axis=1, keepdims=True), 0, values)
        mean = ((1 - momentum) * running_mean + momentum * np.nanmean(filled, axis=1)).astype(x.dtype)
    return (y, mean, variance), saved


batch_norm_backward = batch_norm.batch_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(4, 3)
    x[1, 1] = np.nan
    return differs(
        __file__,
        "batch_norm",
        {"x": x, "running_mean": normal(3, seed=1), "running_var": np.ones(3, np.float32), "training": True},
    )
