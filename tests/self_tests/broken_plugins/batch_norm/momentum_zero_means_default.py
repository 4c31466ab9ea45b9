"""`momentum or 0.1` takes frozen statistics for a forgotten argument: the Python habit."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "attributes"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    return batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum or 0.1, eps)


def witness() -> str:
    from witnesses import differs, normal

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True, "momentum": 0.0, **statistics})
