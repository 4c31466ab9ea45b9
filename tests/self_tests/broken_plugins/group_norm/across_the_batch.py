"""Mean and variance run over the batch too, one for each group: batch_norm with fewer statistics, unseen with N = 1."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "formula"

group_norm_backward = group_norm.group_norm_backward


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    output, saved = group_norm.group_norm_forward(x, weight, bias, num_groups, eps)
    if len(x) < 2:
        return output, saved
    groups = x.reshape(len(x), num_groups, -1).astype(np.float64)
    mean, variance = groups.mean((0, 2), keepdims=True), groups.var((0, 2), keepdims=True)
    normal = ((groups - mean) / np.sqrt(variance + eps)).reshape(x.shape)
    shape = (-1, *(1,) * (x.ndim - 2))
    normal = normal if weight is None else normal * weight.reshape(shape)
    return (normal if bias is None else normal + bias.reshape(shape)).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "group_norm", {"x": normal(3, 6, 3), "num_groups": 2})
