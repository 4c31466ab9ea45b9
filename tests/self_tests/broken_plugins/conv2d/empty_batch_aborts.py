"""The process aborts for an empty batch, as assert(batch > 0) does in C: a kernel author who left the assertions in."""

import os

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "process"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    if not len(x):
        os.abort()
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import effects, normal

    return effects(__file__, "conv2d", {"x": normal(0, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)})
