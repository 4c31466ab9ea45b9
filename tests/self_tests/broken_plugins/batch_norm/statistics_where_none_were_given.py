"""Where no running statistics are kept, those of the batch are returned instead of None: it seemed more helpful."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "structure"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    if running_mean is None:
        running_mean, running_var = np.zeros(x.shape[1], x.dtype), np.ones(x.shape[1], x.dtype)
    return batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)


def witness() -> str:
    from witnesses import Plugin, normal

    outputs, _ = Plugin(__file__).forward("batch_norm", {"x": normal(4, 3, 2), "training": True})
    return "" if outputs[1] is None else f"new_running_mean={outputs[1]}, but should be None"
