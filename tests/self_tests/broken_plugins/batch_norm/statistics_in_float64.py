"""The new running statistics are float64, as they were computed, whatever the dtype of x: a forgotten cast."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "dtype"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    if running_mean is not None:
        running_mean, running_var = running_mean.astype(np.float64), running_var.astype(np.float64)
    return batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)


def witness() -> str:
    from witnesses import misshapes, normal

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    return misshapes(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True, **statistics})
