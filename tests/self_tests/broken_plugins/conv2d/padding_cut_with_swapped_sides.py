"""The padding is cut off the gradient with height and width swapped, which shows only where the two differ: someone
who tested with padding=1."""

from layerproof import hookimpl
from layerproof_reference import conv2d
from layerproof_reference._windows import add_windows

DEFECT_CLASS = "attributes"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    _, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, (False, *needs_input_grad[1:]))
    if not needs_input_grad[0]:
        return None, grad_weight, grad_bias
    N, C, H, W = saved.x_shape
    (top, left), groups = saved.padding, saved.groups
    outputs, channels, kH, kW = saved.weight.shape
    kernels = saved.weight.reshape(groups, outputs // groups, channels * kH * kW)
    gradient = grad_output.transpose(1, 0, 2, 3).reshape(groups, outputs // groups, grad_output[:, 0].size)
    taps = (kernels.transpose(0, 2, 1) @ gradient).reshape(C, kH, kW, N, *grad_output.shape[2:])
    padded = add_windows(taps, (H + 2 * top, W + 2 * left), saved.stride, (0, 0), saved.dilation)
    return padded[:, :, left : left + H, top : top + W], grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "conv2d", {"x": normal(1, 1, 5, 5), "weight": normal(1, 1, 3, 3, seed=1), "padding": (2, 1)}
    )
