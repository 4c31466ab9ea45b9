"""Backward spreads the gradient with height and width of the stride swapped, which shows only where they differ:
someone who took the pair for (x, y)."""

from layerproof import hookimpl
from layerproof_reference import conv2d
from layerproof_reference._windows import add_windows

DEFECT_CLASS = "attributes"


conv2d_forward = conv2d.conv2d_forward


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = conv2d.conv2d_backward(grad_output, saved, needs_input_grad)
    if grad_x is None or saved.stride[0] == saved.stride[1] or saved.groups > 1:
        return grad_x, grad_weight, grad_bias
    N, C, H, W = saved.x_shape
    outputs, _, kH, kW = saved.weight.shape
    gradient = grad_output.transpose(1, 0, 2, 3).reshape(outputs, grad_output[:, 0].size)
    taps = saved.weight.reshape(outputs, C * kH * kW).T @ gradient
    taps = taps.reshape(C, kH, kW, N, *grad_output.shape[2:])
    room = (H + W) * max(saved.stride)
    spread = add_windows(taps, (room, room), saved.stride[::-1], saved.padding, saved.dilation)
    return spread[:, :, :H, :W], grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "conv2d", {"x": normal(1, 1, 5, 5), "weight": normal(1, 1, 2, 2, seed=1), "stride": (1, 2)}
    )
