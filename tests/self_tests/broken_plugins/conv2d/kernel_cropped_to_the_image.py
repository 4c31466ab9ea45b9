"""A kernel larger than the image is cropped to the size of the image, from its upper left corner."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "sizes"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    H, W = x.shape[2:]
    if weight.shape[2] > H or weight.shape[3] > W:
        weight = weight.copy()
        weight[:, :, H:], weight[:, :, :, W:] = 0, 0
    return conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    H, W = saved.x_shape[2:]
    if grad_weight is not None:
        grad_weight = np.array(grad_weight)
        grad_weight[:, :, H:], grad_weight[:, :, :, W:] = 0, 0
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "conv2d", {"x": normal(1, 1, 1, 4), "weight": normal(1, 1, 3, 3, seed=1), "padding": (1, 1)}
    )
