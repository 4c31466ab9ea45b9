"""The gradient of weight is x.T @ grad_output put into the shape of weight, which no shape check notices: a
beginner."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "formula"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    if grad_weight is not None:
        grad_weight = np.ascontiguousarray(grad_weight.T).reshape(grad_weight.shape)
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(4, 3), "weight": normal(2, 3, seed=1)})
