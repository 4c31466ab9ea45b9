"""The kernel is flipped in both directions: someone who learnt convolution in a signal processing course."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "formula"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    return conv2d.conv2d_forward(x, np.flip(weight, (2, 3)), bias, stride, padding, dilation, groups)


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    return grad_x, None if grad_weight is None else np.flip(grad_weight, (2, 3)), grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 1, 5, 5), "weight": normal(1, 1, 3, 3, seed=1)})
