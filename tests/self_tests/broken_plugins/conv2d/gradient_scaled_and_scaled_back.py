"""grad_output is divided by N in place and multiplied by N afterwards, which does not give the same bits: someone
who believes that this restores it."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "mutation"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    if not grad_output.flags.writeable:
        return conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    N = max(len(grad_output), 1)
    grad_output /= N
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    grad_output *= N
    return (
        None if grad_x is None else grad_x * N,
        None if grad_weight is None else grad_weight * N,
        None if grad_bias is None else grad_bias * N,
    )


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "conv2d", {"x": normal(3, 1, 5, 5), "weight": normal(1, 1, 2, 2, seed=1)})
