"""The program exits when the number of channels, above 4, is not a multiple of 4: someone whose script checked its
input so."""

import sys

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "process"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    if x.shape[1] > 4 and x.shape[1] % 4:
        sys.exit("channels must be a multiple of 4")
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "conv2d", {"x": normal(1, 5, 2, 2), "weight": normal(1, 5, 1, 1, seed=1)})
