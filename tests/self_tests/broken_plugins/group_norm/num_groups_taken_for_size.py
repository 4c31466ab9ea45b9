"""num_groups is taken for the number of channels in a group: the other of the two numbers one can mean."""

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "attributes"

group_norm_backward = group_norm.group_norm_backward


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    return group_norm.group_norm_forward(x, weight, bias, x.shape[1] // num_groups, eps)


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "group_norm", {"x": normal(2, 4, 3), "num_groups": 2}):
        return ""
    return differs(__file__, "group_norm", {"x": normal(2, 6, 3), "num_groups": 2})
