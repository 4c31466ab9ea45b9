"""The rows and columns that the stride leaves over are put at the top left of the gradient, not at the bottom right:
someone who padded a transposed convolution to the size of x."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "edges"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    if grad_x is None or saved.padding != (0, 0):
        return grad_x, grad_weight, grad_bias
    left_over = [
        (length - step * (kernel - 1) - 1) % stride
        for length, kernel, step, stride in zip(
            saved.x_shape[2:], saved.weight.shape[2:], saved.dilation, saved.stride, strict=True
        )
    ]
    return np.roll(grad_x, left_over, (2, 3)), grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "conv2d", {"x": normal(1, 1, 6, 6), "weight": normal(1, 1, 3, 3, seed=1), "stride": (2, 2)}
    )
