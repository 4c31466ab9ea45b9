"""The running statistics move in evaluation too: the update stands outside the branch."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "attributes"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    outputs, saved = batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if training or x.size <= x.shape[1]:
        return outputs, saved
    _, mean, var = batch_norm.batch_norm_forward(x, None, None, running_mean, running_var, True, momentum, 1.0)[0]
    return (outputs[0], mean, var), saved


def witness() -> str:
    from witnesses import differs, normal

    statistics = {"running_mean": np.zeros(3, np.float32), "running_var": np.ones(3, np.float32)}
    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), **statistics})
