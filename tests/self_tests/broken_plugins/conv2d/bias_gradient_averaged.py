"""The gradient of bias is the mean over the batch and not the sum: someone who divides by N once more than the loss
did."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "reduction"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    return grad_x, grad_weight, None if grad_bias is None else grad_bias / max(len(grad_output), 1)


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "conv2d", {"x": normal(3, 1, 3, 3), "weight": normal(2, 1, 2, 2, seed=1), "bias": normal(2, seed=2)}
    )
