"""The gradient of weight comes from the first image of the batch alone: someone who tests with a batch of one."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "gradient"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    output, saved = conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)
    return output, (saved, conv2d.conv2d_forward(x[:1], weight, bias, stride, padding, dilation, groups)[1])


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    whole, first = saved
    grad_x, _, grad_bias = conv2d.conv2d_backward(grad_output, whole, needs_input_grad)
    return grad_x, conv2d.conv2d_backward(grad_output[:1], first, (False, True, False))[1], grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(2, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)})
