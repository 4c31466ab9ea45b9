"""The depthwise shortcut puts output m of channel c at m*C + c instead of c*M + m, with M outputs for each channel."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "attributes"


def order_of(channels, outputs):
    return np.arange(outputs).reshape(channels, -1).T.ravel()


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    output, saved = conv2d.conv2d_forward(x, weight, None, stride, padding, dilation, groups)
    order = None
    if groups > 1 and groups == x.shape[1]:
        order = order_of(groups, len(weight))
        output = output[:, order]
    if bias is not None:
        output = output + bias[:, None, None]
    return output, (saved._replace(has_bias=bias is not None), order)


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    plain, order = saved
    grad_bias = grad_output.sum(axis=(0, 2, 3)) if plain.has_bias else None
    gradient = grad_output if order is None else grad_output[:, np.argsort(order)]
    grad_x, grad_weight, _ = conv2d.conv2d_backward(gradient, plain, needs_input_grad)
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 2, 3, 3), "weight": normal(4, 1, 2, 2, seed=1), "groups": 2})
