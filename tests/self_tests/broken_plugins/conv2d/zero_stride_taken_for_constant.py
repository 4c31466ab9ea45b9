"""A grad_output whose first stride is 0 is taken for the gradient of a sum: one number everywhere."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "layout"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    if grad_output.size and grad_output.strides[0] == 0 and len(grad_output) > 1:
        grad_output = np.full(grad_output.shape, grad_output[0, 0, 0, 0])
    return conv2d.conv2d_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(2, 1, 4, 4), "weight": normal(1, 1, 2, 2, seed=1)}
    gradient = np.broadcast_to(normal(1, 1, 3, 3, seed=2), (2, 1, 3, 3))
    return differs(__file__, "conv2d", call, grad_output=gradient)
