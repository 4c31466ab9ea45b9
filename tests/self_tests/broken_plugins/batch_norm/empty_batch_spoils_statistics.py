"""The mean of no values is NaN and goes into the running statistics: the last batch of a loader that nobody tried."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "edges"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    (y, new_mean, new_var), saved = batch_norm.batch_norm_forward(
        x, weight, bias, running_mean, running_var, training, momentum, eps
    )
    if training and running_mean is not None:
        axes, old = (0, *range(2, x.ndim)), 1 - momentum
        new_mean = (old * running_mean + momentum * x.mean(axes, dtype=np.float64)).astype(x.dtype)
        new_var = (old * running_var + momentum * x.var(axes, dtype=np.float64, ddof=1)).astype(x.dtype)
    return (y, new_mean, new_var), saved


def witness() -> str:
    from witnesses import differs, normal

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    if differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True, **statistics}):
        return ""
    return differs(__file__, "batch_norm", {"x": normal(0, 3, 2), "training": True, **statistics})
