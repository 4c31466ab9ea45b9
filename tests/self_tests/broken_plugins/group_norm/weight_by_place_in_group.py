"""Channel c takes weight[c % (C/num_groups)], by its place in the group: a kernel's local index taken for global."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "formula"

group_norm_backward = group_norm.group_norm_backward


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    place = np.arange(x.shape[1]) % (x.shape[1] // num_groups)
    used = (None if value is None else value[place] for value in (weight, bias))
    return group_norm.group_norm_forward(x, *used, num_groups, eps)


def witness() -> str:
    from witnesses import differs, normal

    parameters = {"weight": normal(6, seed=1), "bias": normal(6, seed=2)}
    if differs(__file__, "group_norm", {"x": normal(2, 6, 3), **parameters, "num_groups": 1}):
        return ""
    return differs(__file__, "group_norm", {"x": normal(2, 6, 3), **parameters, "num_groups": 2})
