"""The first axis of weight is taken for outputs, as in conv2d, when groups are split: someone who reused that layer;
with one group, or one channel in each, it is the same."""

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    if groups > 1:
        weight = weight.swapaxes(0, 1).reshape(weight.shape)
    return conv_transpose2d.conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups)


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "conv_transpose2d", {"x": normal(1, 4, 2, 2), "weight": normal(4, 2, 2, 2, seed=1), "groups": 2}
    )
