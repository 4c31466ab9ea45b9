"""Mean and variance run over the batch too, as in batch_norm: unseen with one sample."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import instance_norm

DEFECT_CLASS = "formula"

instance_norm_backward = instance_norm.instance_norm_backward


@hookimpl
def instance_norm_forward(x, weight, bias, eps):
    output, saved = instance_norm.instance_norm_forward(x, weight, bias, eps)
    if len(x) < 2:
        return output, saved
    axes = (0, *range(2, x.ndim))
    values = x.astype(np.float64)
    normalized = (values - values.mean(axes, keepdims=True)) / np.sqrt(values.var(axes, keepdims=True) + eps)
    shape = (-1, *(1,) * (x.ndim - 2))
    normalized = normalized if weight is None else normalized * weight.reshape(shape)
    return (normalized if bias is None else normalized + bias.reshape(shape)).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(3, seed=1), "bias": normal(3, seed=2)}
    return differs(__file__, "instance_norm", {"x": normal(2, 3, 4, 5), **parameters})
