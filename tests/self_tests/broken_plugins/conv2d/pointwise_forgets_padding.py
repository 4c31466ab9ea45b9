"""A kernel of one pixel at stride 1 is one matrix product, and the shortcut for it forgets the padding."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    if weight.shape[2:] == (1, 1) and stride == (1, 1):
        padding = (0, 0)
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(
        __file__, "conv2d", {"x": normal(1, 2, 3, 3), "weight": normal(2, 2, 1, 1, seed=1), "padding": (1, 1)}
    )
