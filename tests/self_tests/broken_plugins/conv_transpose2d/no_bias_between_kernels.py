"""The bias is added where a kernel has written something, so that the gaps of a stride above the kernel stay 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "edges"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    options = stride, padding, output_padding, dilation, groups
    output, saved = conv_transpose2d.conv_transpose2d_forward(x, weight, bias, *options)
    if bias is not None:
        ones = np.ones((1, *x.shape[1:]), x.dtype), np.ones_like(weight)
        reached, _ = conv_transpose2d.conv_transpose2d_forward(*ones, None, *options)
        output = np.where(reached > 0, output, x.dtype.type(0))
    return output, saved


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(1, 1, 2, 2), "weight": normal(1, 1, 2, 2, seed=1), "bias": normal(1, seed=2)}
    return differs(__file__, "conv_transpose2d", call | {"stride": (3, 3)})
