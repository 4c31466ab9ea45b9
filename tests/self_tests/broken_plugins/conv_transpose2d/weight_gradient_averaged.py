"""The gradient of weight is the mean over the batch: someone who expects a loss that was summed."""

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "reduction"


conv_transpose2d_forward = conv_transpose2d.conv_transpose2d_forward


@hookimpl
def conv_transpose2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv_transpose2d.conv_transpose2d_backward(grad_output, saved, needs_input_grad)
    return grad_x, None if grad_weight is None else grad_weight / max(1, len(grad_output)), grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv_transpose2d", {"x": normal(2, 1, 2, 2), "weight": normal(1, 1, 2, 2, seed=1)})
