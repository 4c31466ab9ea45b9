"""A square kernel is dilated by the first number in both directions."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    width = x.shape[3] + 2 * padding[1]
    if weight.shape[2] == weight.shape[3] and dilation[0] * (weight.shape[3] - 1) < width:
        dilation = (dilation[0], dilation[0])
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import misshapes, normal

    call = {"x": normal(1, 1, 5, 5), "weight": normal(1, 1, 2, 2, seed=1), "dilation": (1, 2)}
    return misshapes(__file__, "conv2d", call)
