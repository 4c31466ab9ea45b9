"""The variance is divided by n - 1, as numpy.cov does it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import instance_norm

DEFECT_CLASS = "formula"

instance_norm_backward = instance_norm.instance_norm_backward


@hookimpl
def instance_norm_forward(x, weight, bias, eps):
    _, saved = instance_norm.instance_norm_forward(x, weight, bias, eps)
    axes = tuple(range(2, x.ndim))
    values = x.astype(np.float64)
    normalized = (values - values.mean(axes, keepdims=True)) / np.sqrt(values.var(axes, keepdims=True, ddof=1) + eps)
    shape = (-1, *(1,) * (x.ndim - 2))
    normalized = normalized if weight is None else normalized * weight.reshape(shape)
    return (normalized if bias is None else normalized + bias.reshape(shape)).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(3, seed=1), "bias": normal(3, seed=2)}
    return differs(__file__, "instance_norm", {"x": normal(2, 3, 4, 5), **parameters})
