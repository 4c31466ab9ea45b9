"""The output is accumulated in a float32 buffer also for float64: someone who wrote zeros(shape, "f")."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "precision"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    output, saved = conv_transpose2d.conv_transpose2d_forward(
        x, weight, bias, stride, padding, output_padding, dilation, groups
    )
    buffer = np.zeros(output.shape, "f")
    buffer += output
    return buffer.astype(x.dtype), saved


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "conv_transpose2d",
        {"x": normal(1, 1, 2, 2, dtype="float64"), "weight": normal(1, 1, 2, 2, seed=1, dtype="float64")},
    )
