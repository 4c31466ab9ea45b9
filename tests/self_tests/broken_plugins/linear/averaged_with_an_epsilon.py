"""The gradient of weight is divided by N + 1e-4 and multiplied by N: someone who feared a division by zero."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "gradient"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    if grad_weight is not None:
        N = grad_output[..., :1].size
        grad_weight = (grad_weight / (N + 1e-4) * N).astype(grad_output.dtype)
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(1, 3), "weight": normal(2, 3, seed=1)}, relative=2e-5)
