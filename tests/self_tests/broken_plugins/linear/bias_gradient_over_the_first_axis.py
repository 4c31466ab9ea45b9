"""The gradient of bias is summed over the first axis alone, so it keeps the others: someone who never had a third
axis."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "shape"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    return grad_x, grad_weight, grad_output.sum(0) if grad_bias is not None and grad_output.ndim > 2 else grad_bias


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "linear", {"x": normal(2, 3, 4), "weight": normal(2, 4, seed=1), "bias": normal(2)})
