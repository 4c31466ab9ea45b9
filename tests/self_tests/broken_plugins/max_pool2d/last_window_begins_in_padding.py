"""With ceil_mode the last window may begin in the far padding: someone who rounded up and did not read the second
rule."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "shape"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    if not ceil_mode:
        return output, saved
    sizes = [
        -(-(length + 2 * pad - step * (kernel - 1) - 1) // move) + 1
        for length, kernel, move, pad, step in zip(x.shape[2:], kernel_size, stride, padding, dilation, strict=True)
    ]
    larger = np.full((*output.shape[:2], *sizes), -np.inf, x.dtype)
    larger[:, :, : output.shape[2], : output.shape[3]] = output
    return larger, (saved, output.shape)


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    if len(saved) == 2:
        saved, (_, _, rows, columns) = saved
        grad_output = grad_output[:, :, :rows, :columns]
    return max_pool2d.max_pool2d_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(
        __file__,
        "max_pool2d",
        {"x": normal(1, 1, 3, 3), "kernel_size": (2, 2), "stride": (2, 2), "padding": (1, 1), "ceil_mode": True},
    )
