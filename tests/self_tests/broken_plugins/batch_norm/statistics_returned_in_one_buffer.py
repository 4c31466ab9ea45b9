"""The new statistics lie in a buffer of the module that the next call fills again: a layer object turned inside out."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "aliasing"

_buffers = {}

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    (y, new_mean, new_var), saved = batch_norm.batch_norm_forward(
        x, weight, bias, running_mean, running_var, training, momentum, eps
    )
    if new_mean is None:
        return (y, None, None), saved
    kept = _buffers.setdefault((x.shape[1], x.dtype), np.empty((2, x.shape[1]), x.dtype))
    kept[0], kept[1] = new_mean, new_var
    return (y, kept[0], kept[1]), saved


def witness() -> str:
    from witnesses import normal, overwrites

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    first, second = ({"x": normal(4, 3, 2, seed=seed), "training": True, **statistics} for seed in (0, 1))
    return overwrites(__file__, "batch_norm", first, second)
