"""The gradients of weight and bias are averaged over the batch and not summed: "the loss is a mean anyway"."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "reduction"

group_norm_forward = group_norm.group_norm_forward


@hookimpl
def group_norm_backward(grad_output, saved, needs_input_grad):
    grad_x, *others = group_norm.group_norm_backward(grad_output, saved, needs_input_grad)
    count = max(len(grad_output), 1)
    return grad_x, *(None if gradient is None else np.asarray(gradient / count) for gradient in others)


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(6, seed=1), "bias": normal(6, seed=2)}
    return differs(__file__, "group_norm", {"x": normal(3, 6, 3), **parameters, "num_groups": 2})
