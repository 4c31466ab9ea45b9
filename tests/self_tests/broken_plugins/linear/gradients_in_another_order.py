"""The gradients come in the order weight, x, bias, which square shapes hide: someone who sorted them by importance."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "structure"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    return grad_weight, grad_x, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(3, 3), "weight": normal(3, 3, seed=1)})
