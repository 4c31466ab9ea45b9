"""An eps of 0 is replaced by the usual one, for safety."""

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "attributes"


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    return group_norm.group_norm_forward(x, weight, bias, num_groups, eps or 1e-5)


group_norm_backward = group_norm.group_norm_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "group_norm", {"x": normal(2, 8) / 100, "num_groups": 2, "eps": 0.0})
