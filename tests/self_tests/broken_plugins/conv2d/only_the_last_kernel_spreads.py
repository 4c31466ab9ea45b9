"""The gradient of x comes from the last kernel of each group alone, because the loop assigns and does not add:
someone with one output channel in the tests."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "gradient"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    _, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, (False, *needs_input_grad[1:]))
    if not needs_input_grad[0]:
        return None, grad_weight, grad_bias
    last = np.zeros_like(grad_output)
    size = len(saved.weight) // saved.groups
    last[:, size - 1 :: size] = grad_output[:, size - 1 :: size]
    return conv2d.conv2d_backward(last, saved, (True, False, False))[0], grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 1, 3, 3), "weight": normal(2, 1, 2, 2, seed=1)})
