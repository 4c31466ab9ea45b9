"""The mean is held constant in backward: the mean of g is not subtracted, the part of the variance is."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "gradient"


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    output, saved = group_norm.group_norm_forward(x, weight, bias, num_groups, eps)
    return np.asarray(output), saved._replace(normalized=saved.normalized._replace(centred=False))


group_norm_backward = group_norm.group_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "group_norm", {"x": normal(2, 4, 2), "num_groups": 2})
