"""One channel in each group is instance normalisation, whose shortcut knows no weight and no bias."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "attributes"


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    output, saved = group_norm.group_norm_forward(x, weight, bias, num_groups, eps)
    if num_groups == x.shape[1] > 1:
        output, _ = group_norm.group_norm_forward(x, None, None, num_groups, eps)
        saved = saved._replace(weight=None if weight is None else np.ones_like(weight))
    return output, saved


group_norm_backward = group_norm.group_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(2, 3, 4), "weight": normal(3, seed=1), "num_groups": 3}
    return differs(__file__, "group_norm", call)
