"""x.reshape(..., order="A") makes groups of what lies together in memory, which in Fortran order are not the groups."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "layout"

group_norm_backward = group_norm.group_norm_backward


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    if not x.size:
        return group_norm.group_norm_forward(x, weight, bias, num_groups, eps)
    rows = x.reshape(len(x) * num_groups, -1, order="A")
    again = np.ascontiguousarray(rows).reshape(x.shape)
    return group_norm.group_norm_forward(again, weight, bias, num_groups, eps)


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(__file__, "group_norm", {"x": laid_out(normal(2, 4, 3), "fortran"), "num_groups": 2})
