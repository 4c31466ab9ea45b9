"""eps is added in training only: running statistics come from data, so they are surely not 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "attributes"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    used = eps if training else 0.0
    return batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, used)


def witness() -> str:
    from witnesses import differs, normal

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.full(3, 0.01, np.float32)}
    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "eps": 1e-3, **statistics})
