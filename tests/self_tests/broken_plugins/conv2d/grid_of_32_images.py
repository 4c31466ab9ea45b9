"""The launch grid ends at 32 images, the others keep the zeros of the buffer: a kernel author with a fixed grid."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "sizes"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    output, saved = conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)
    result = np.zeros(output.shape, output.dtype)
    result[:32] = output[:32]
    return result, saved


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(33, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)})
