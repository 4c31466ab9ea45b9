"""Inputs are rounded to ten bits of mantissa before the products, as a GPU does with TF32 switched on."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "precision"


def rounded(values):
    bits = np.ascontiguousarray(values, np.float32).view(np.int32)
    return ((bits + 0x1000) & ~0x1FFF).view(np.float32).astype(values.dtype)


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    return conv2d.conv2d_forward(rounded(x), rounded(weight), bias, stride, padding, dilation, groups)


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 2, 5, 5), "weight": normal(1, 2, 2, 2, seed=1)})
