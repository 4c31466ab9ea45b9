"""Output o belongs to group o % groups and not to its block, which is the same for a plain depthwise kernel only:
someone who tested groups with as many groups as outputs."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    outputs = len(weight)
    order = np.arange(outputs).reshape(-1, groups).T.ravel()
    output, saved = conv2d.conv2d_forward(x, weight[order], None, stride, padding, dilation, groups)
    mixed = np.empty(output.shape, x.dtype)
    mixed[:, order] = output
    return (mixed if bias is None else mixed + bias[:, None, None]), (saved._replace(has_bias=bias is not None), order)


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    inner, order = saved
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output[:, order], inner, needs_input_grad)
    back = np.argsort(order)
    return grad_x, None if grad_weight is None else grad_weight[back], None if grad_bias is None else grad_bias[back]


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv2d", {"x": normal(1, 2, 4, 4), "weight": normal(4, 1, 2, 2, seed=1), "groups": 2})
