"""eps is added to the standard deviation: the formula as people remember it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "formula"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    outputs, saved = batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if training and not len(x):
        return outputs, saved
    mean, variance, axes = running_mean, running_var, (0, *range(2, x.ndim))
    if training:
        mean, variance = x.mean(axes, dtype=np.float64), x.var(axes, dtype=np.float64)
    deviation = np.sqrt(variance.astype(np.float64)) + eps
    (y, _, _), frozen = batch_norm.batch_norm_forward(x, weight, bias, mean, deviation**2, False, momentum, 0.0)
    normalized = frozen.normalized._replace(centred=training)
    return (y, *outputs[1:]), frozen._replace(training=training, normalized=normalized)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True, "eps": 1e-3})
