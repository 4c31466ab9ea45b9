"""Mean and variance over the last axis only: right for sequences, wrong for images."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import instance_norm

DEFECT_CLASS = "shape"

instance_norm_backward = instance_norm.instance_norm_backward


@hookimpl
def instance_norm_forward(x, weight, bias, eps):
    _, saved = instance_norm.instance_norm_forward(x, weight, bias, eps)
    values = x.astype(np.float64)
    normalized = (values - values.mean(-1, keepdims=True)) / np.sqrt(values.var(-1, keepdims=True) + eps)
    shape = (-1, *(1,) * (x.ndim - 2))
    normalized = normalized if weight is None else normalized * weight.reshape(shape)
    return (normalized if bias is None else normalized + bias.reshape(shape)).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(3, seed=1), "bias": normal(3, seed=2)}
    return differs(__file__, "instance_norm", {"x": normal(2, 3, 4, 5), **parameters})
