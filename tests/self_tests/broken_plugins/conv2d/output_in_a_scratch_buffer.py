"""The output lives in a buffer that the next call of the same shape writes over: someone who avoids allocations."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "aliasing"


_buffers = {}


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    output, saved = conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)
    buffer = _buffers.setdefault((output.shape, output.dtype), np.empty(output.shape, output.dtype))
    buffer[...] = output
    return buffer, saved


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import normal, overwrites

    weight = normal(1, 1, 2, 2, seed=1)
    return overwrites(
        __file__,
        "conv2d",
        {"x": normal(1, 1, 3, 3), "weight": weight},
        {"x": normal(1, 1, 3, 3, seed=2), "weight": weight},
    )
