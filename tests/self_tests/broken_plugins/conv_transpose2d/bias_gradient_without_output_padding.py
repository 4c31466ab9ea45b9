"""The gradient of bias leaves out the rows and columns that output_padding adds, where only the bias is."""

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "gradient"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    output, saved = conv_transpose2d.conv_transpose2d_forward(
        x, weight, bias, stride, padding, output_padding, dilation, groups
    )
    return output, (saved, output_padding)


@hookimpl
def conv_transpose2d_backward(grad_output, saved, needs_input_grad):
    plain, (bottom, right) = saved
    grad_x, grad_weight, grad_bias = conv_transpose2d.conv_transpose2d_backward(grad_output, plain, needs_input_grad)
    if grad_bias is not None:
        H, W = grad_output.shape[2:]
        grad_bias = grad_output[:, :, : H - bottom, : W - right].sum(axis=(0, 2, 3))
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1), "bias": normal(1, seed=2)}
    return differs(__file__, "conv_transpose2d", call | {"stride": (2, 2), "output_padding": (1, 1)})
