"""With groups the bias is dealt out in turn, as if the outputs of the groups were interleaved."""

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    if bias is not None:
        bias = bias.reshape(-1, groups).T.reshape(-1)
    return conv_transpose2d.conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups)


@hookimpl
def conv_transpose2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv_transpose2d.conv_transpose2d_backward(grad_output, saved, needs_input_grad)
    if grad_bias is not None:
        grad_bias = grad_bias.reshape(len(saved.kernels), -1).T.reshape(-1)
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(1, 2, 2, 2), "weight": normal(2, 2, 2, 2, seed=1), "bias": normal(4, seed=2), "groups": 2}
    return differs(__file__, "conv_transpose2d", call)
