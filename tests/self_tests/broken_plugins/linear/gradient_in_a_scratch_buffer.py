"""The gradient of weight is written into a buffer that the next backward of that shape uses again: someone who keeps
gradient buffers as a framework does."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "aliasing"


_buffers = {}

linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    if grad_weight is not None:
        buffer = _buffers.setdefault((grad_weight.shape, grad_weight.dtype), np.empty_like(grad_weight))
        buffer[...] = grad_weight
        grad_weight = buffer
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import normal, overwrites

    weight = normal(2, 3, seed=1)
    return overwrites(
        __file__, "linear", {"x": normal(4, 3), "weight": weight}, {"x": normal(4, 3, seed=2), "weight": weight}
    )
