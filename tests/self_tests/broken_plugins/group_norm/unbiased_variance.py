"""var(ddof=1) divides by one less, and gives NaN for a group of one value: someone who came from pandas."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "formula"

group_norm_backward = group_norm.group_norm_backward


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    _, saved = group_norm.group_norm_forward(x, weight, bias, num_groups, eps)
    groups = x.reshape(len(x) * num_groups, x[:1].size // num_groups) if len(x) else x.reshape(0, 1)
    variance = groups.var(1, ddof=1, keepdims=True)
    output = ((groups - groups.mean(1, keepdims=True)) / np.sqrt(variance + eps)).reshape(x.shape)
    channel = (-1, *(1,) * (x.ndim - 2))
    output = output if weight is None else output * weight.reshape(channel)
    return (output if bias is None else output + bias.reshape(channel)).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "group_norm", {"x": normal(3, 4, 2), "num_groups": 2})
