"""The gradient of bias is the mean over the rows: someone who took the mean in the layer and not in the loss."""

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "reduction"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = linear.linear_backward(grad_output, saved, needs_input_grad)
    rows = max(1, grad_output[..., :1].size)
    return grad_x, grad_weight, None if grad_bias is None else grad_bias / rows


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": normal(4, 3), "weight": normal(2, 3, seed=1), "bias": normal(2)})
