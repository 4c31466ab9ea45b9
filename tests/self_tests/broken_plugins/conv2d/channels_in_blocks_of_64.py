"""Channels are taken in blocks of 64, and what is left over beyond the last whole block is forgotten: a kernel
author whose networks all have multiples of 64."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "sizes"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    C = weight.shape[1]
    whole = C // 64 * 64 or C
    if groups > 1:
        return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)
    output, _ = conv2d.conv2d_forward(x[:, :whole], weight[:, :whole], bias, stride, padding, dilation, groups)
    return output, conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)[1]


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 65, 3, 3), "weight": normal(2, 65, 2, 2, seed=1)})
