"""1e-4 times weight is added to its gradient: someone who keeps the optimiser's weight decay in the layer."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "gradient"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    if grad_weight is not None:
        grad_weight = grad_weight + saved[1] * grad_weight.dtype.type(1e-4)
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(4, 3), "weight": normal(2, 3, seed=1)}, relative=1e-5)
