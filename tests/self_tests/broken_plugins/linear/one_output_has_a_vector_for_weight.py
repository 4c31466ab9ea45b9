"""A layer with one output gives its weight a gradient (in,) instead of (1, in)."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "shape"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    if grad_weight is not None and len(grad_weight) == 1:
        grad_weight = grad_weight[0]
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "linear", {"x": normal(3, 4), "weight": normal(1, 4, seed=1)})
