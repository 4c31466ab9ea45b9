"""The running variance moves by the biased variance, the one at hand from normalising: half of all rewrites."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "formula"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    outputs, saved = batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    y, new_mean, new_var = outputs
    if training and running_var is not None and len(x):
        variance = x.var((0, *range(2, x.ndim)), dtype=np.float64)
        new_var = ((1 - momentum) * running_var + momentum * variance).astype(x.dtype)
    return (y, new_mean, new_var), saved


def witness() -> str:
    from witnesses import differs, normal

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True, **statistics})
