"""N, C, H, W = x.shape raises for everything but images: it was written for a convolutional network."""

from layerproof import hookimpl
from layerproof_reference import group_norm

DEFECT_CLASS = "shape"

group_norm_backward = group_norm.group_norm_backward


@hookimpl
def group_norm_forward(x, weight, bias, num_groups, eps):
    N, C, H, W = x.shape
    output, saved = group_norm.group_norm_forward(x.reshape(N, C, H * W), weight, bias, num_groups, eps)
    return output.reshape(N, C, H, W), saved


def witness() -> str:
    from witnesses import normal, raises

    if raises(__file__, "group_norm", {"x": normal(2, 6, 3, 5), "num_groups": 2}):
        return ""
    return raises(__file__, "group_norm", {"x": normal(2, 6, 3), "num_groups": 2})
