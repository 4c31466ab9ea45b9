"""Channel c belongs to group c % num_groups: (C/num_groups, num_groups) for (num_groups, C/num_groups) in a reshape."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "formula"


def _order(channels, num_groups):
    return np.arange(channels).reshape(-1, num_groups).T.reshape(-1)


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    order = _order(x.shape[1], num_groups)
    weight, bias = (None if value is None else value[order] for value in (weight, bias))
    output, saved = group_norm.group_norm_forward(x[:, order], weight, bias, num_groups, eps)
    return output[:, np.argsort(order)], saved


@hookimpl
def group_norm_backward(grad_output, saved, needs_input_grad):
    order = _order(grad_output.shape[1], saved.num_groups)
    grad_x, *others = group_norm.group_norm_backward(grad_output[:, order], saved, (True, True, True))
    back = np.argsort(order)
    return grad_x[:, back], *(None if gradient is None else gradient[back] for gradient in others)


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "group_norm", {"x": normal(2, 4, 3), "num_groups": 4}):
        return ""
    return differs(__file__, "group_norm", {"x": normal(2, 4, 3), "num_groups": 2})
