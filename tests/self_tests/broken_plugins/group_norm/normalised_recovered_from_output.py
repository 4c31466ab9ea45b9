"""To save memory only the output is kept, and backward recovers x^ as (output - bias) / weight: 0/0 for weight 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "special values"


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    output, saved = group_norm.group_norm_forward(x, weight, bias, num_groups, eps)
    if weight is not None:
        shape = (-1, *(1,) * (x.ndim - 2))
        with np.errstate(all="ignore"):
            kept = saved.normalized.rows.reshape(x.shape) * weight.reshape(shape).astype(np.float64)
            recovered = (kept / weight.reshape(shape)).reshape(saved.normalized.rows.shape)
        saved = saved._replace(normalized=saved.normalized._replace(rows=recovered))
    return output, saved


group_norm_backward = group_norm.group_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(2, 4, 2), "weight": np.array([1, 0, 2, 3], np.float32), "num_groups": 2}
    return differs(__file__, "group_norm", call)
