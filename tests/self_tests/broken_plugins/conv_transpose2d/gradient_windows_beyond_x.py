"""Backward takes every window of the gradient and cuts the result at the wrong end when output_padding leaves room
for one more window than x has pixels: someone who met the shape error and made it go away."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d
from layerproof_reference._windows import pad, windows

DEFECT_CLASS = "edges"


conv_transpose2d_forward = conv_transpose2d.conv_transpose2d_forward


@hookimpl
def conv_transpose2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv_transpose2d.conv_transpose2d_backward(grad_output, saved, needs_input_grad)
    if grad_x is None or len(saved.kernels) > 1:
        return grad_x, grad_weight, grad_bias
    H, W = saved.x_shape[2:]
    padded = pad(grad_output, saved.padding, saved.padding, 0)
    seen = windows(padded, saved.weight_shape[2:], saved.stride, saved.dilation)[:, :, -H:, -W:]
    kernel = saved.kernels.reshape(saved.weight_shape)
    return np.einsum("nohwpq,copq->nchw", seen, kernel).astype(grad_output.dtype), grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    given = {"x": normal(1, 1, 2, 2), "weight": normal(1, 1, 1, 1, seed=1), "stride": (2, 2), "output_padding": (0, 0)}
    return differs(
        __file__, "conv_transpose2d", {**given, "stride": (1, 1), "dilation": (2, 2), "output_padding": (1, 1)}
    )
