"""Backward divides by the size of the kernel although forward counted real pixels only: someone who added
count_include_pad to forward later."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "gradient"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    return output, (saved, kernel_size)


@hookimpl
def avg_pool2d_backward(grad_output, saved, needs_input_grad):
    windows, (kH, kW) = saved
    return avg_pool2d.avg_pool2d_backward(
        grad_output, windows._replace(pixels=np.full_like(windows.pixels, kH * kW)), needs_input_grad
    )


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "avg_pool2d",
        {"x": normal(1, 1, 2, 2), "kernel_size": (2, 2), "padding": (1, 1), "count_include_pad": False},
    )
