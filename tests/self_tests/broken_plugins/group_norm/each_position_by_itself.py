"""Statistics run over the channels of a group at each position, not over the positions: layer_norm of a sequence."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "formula"

group_norm_backward = group_norm.group_norm_backward


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    _, saved = group_norm.group_norm_forward(x, weight, bias, num_groups, eps)
    groups = x.reshape(len(x), num_groups, -1, *x.shape[2:]) if len(x) else x[:, None]
    mean, variance = groups.mean(2, keepdims=True), groups.var(2, keepdims=True)
    normal = ((groups - mean) / np.sqrt(variance + eps)).reshape(x.shape)
    shape = (-1, *(1,) * (x.ndim - 2))
    normal = normal if weight is None else normal * weight.reshape(shape)
    return (normal if bias is None else normal + bias.reshape(shape)).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "group_norm", {"x": normal(2, 8), "num_groups": 2}):
        return ""
    return differs(__file__, "group_norm", {"x": normal(2, 8, 3), "num_groups": 2})
