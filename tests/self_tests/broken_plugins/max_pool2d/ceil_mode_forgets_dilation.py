"""With ceil_mode the size of the output is worked out for the kernel without its dilation, then cut to what exists."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "shape"


def outputs(length, kernel, stride, padding):
    room = length + 2 * padding - kernel
    return min(-(-room // stride) + 1, -(-(length + padding) // stride))


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    kept = output.shape[2:]
    if ceil_mode and dilation != (1, 1):
        more = [
            max(outputs(*axis) - there, 0)
            for *axis, there in zip(x.shape[2:], kernel_size, stride, padding, kept, strict=True)
        ]
        output = np.pad(output, ((0, 0), (0, 0), (0, more[0]), (0, more[1])), constant_values=-np.inf)
    return output, (saved, kept)


@hookimpl
def max_pool2d_backward(grad_output, saved, needs_input_grad):
    plain, (H, W) = saved
    return max_pool2d.max_pool2d_backward(grad_output[:, :, :H, :W], plain, needs_input_grad)


def witness() -> str:
    from witnesses import misshapes, normal

    call = {"x": normal(1, 1, 7, 7), "kernel_size": (2, 2), "stride": (1, 1), "dilation": (2, 2), "ceil_mode": True}
    return misshapes(__file__, "max_pool2d", call)
