"""mean(x*x) - mean(x)**2 in float32 is noise where the mean is large: someone who wants to read x only once."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "precision"

batch_norm_backward = batch_norm.batch_norm_backward


@hookimpl
def batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps):
    outputs, saved = batch_norm.batch_norm_forward(x, weight, bias, running_mean, running_var, training, momentum, eps)
    if not training or not len(x):
        return outputs, saved
    axes = (0, *range(2, x.ndim))
    mean = x.mean(axes)
    variance = np.maximum((x * x).mean(axes) - mean * mean, 0)
    (y, _, _), frozen = batch_norm.batch_norm_forward(x, weight, bias, mean, variance, False, momentum, eps)
    normalized = frozen.normalized._replace(centred=True)
    return (y, *outputs[1:]), frozen._replace(training=True, normalized=normalized)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "batch_norm", {"x": normal(16, 3, 4) + 300, "training": True}, relative=1e-3)
