"""grad_x takes the first entry of grad_output for all outputs of a row: someone who checks with gradients of ones."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "gradient"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    if grad_x is not None and grad_output.shape[-1]:
        grad_x = (grad_output[..., :1] * saved[1].sum(0)).astype(grad_output.dtype)
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(4, 3), "weight": normal(2, 3, seed=1)})
