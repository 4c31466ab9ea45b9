"""The means in grad_x divide by H*W and not by the size of the group: right while a group has one channel."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "reduction"

group_norm_forward = group_norm.group_norm_forward


@hookimpl
def group_norm_backward(grad_output, saved, needs_input_grad):
    _, grad_weight, grad_bias = group_norm.group_norm_backward(grad_output, saved, needs_input_grad)
    if not len(grad_output):
        return grad_output, grad_weight, grad_bias
    N, C, *positions = grad_output.shape
    weight = np.ones(C) if saved.weight is None else saved.weight
    rows = (grad_output.reshape(N, C, -1) * weight[:, None]).reshape(N * saved.num_groups, -1)
    normal, scale, _ = saved.normalized
    count = int(np.prod(positions))
    mean, inner = rows.sum(1, keepdims=True) / count, (rows * normal).sum(1, keepdims=True) / count
    rows = (rows - mean - normal * inner) * scale
    return rows.reshape(grad_output.shape).astype(grad_output.dtype), grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "group_norm", {"x": normal(2, 6, 3), "num_groups": 6}):
        return ""
    return differs(__file__, "group_norm", {"x": normal(2, 6, 3), "num_groups": 3})
