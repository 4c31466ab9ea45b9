"""The batch is normalised with ddof=1, as if statistics said so: someone who came from pandas."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "formula"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    outputs, saved = batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if not training or not len(x):
        return outputs, saved
    axes = (0, *range(2, x.ndim))
    mean, variance = x.mean(axes, dtype=np.float64), x.var(axes, dtype=np.float64, ddof=1)
    (y, _, _), frozen = batch_norm.batch_norm_forward(x, weight, bias, mean, variance, False, momentum, eps)
    normalized = frozen.normalized._replace(centred=True)
    return (y, *outputs[1:]), frozen._replace(training=True, normalized=normalized)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True})
