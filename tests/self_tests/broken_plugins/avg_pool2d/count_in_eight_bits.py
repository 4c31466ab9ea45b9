"""The number of pixels in a window is counted in uint8, which holds 255 at most."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "sizes"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    counted = saved._replace(pixels=saved.pixels.astype(np.uint8))
    with np.errstate(all="ignore"):
        return (output * (saved.pixels / counted.pixels)).astype(x.dtype), counted


@hookimpl
def avg_pool2d_backward(grad_output, saved, needs_input_grad):
    with np.errstate(all="ignore"):
        return avg_pool2d.avg_pool2d_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(1, 1, 18, 18), "kernel_size": (18, 18), "stride": (1, 1)}
    return differs(__file__, "avg_pool2d", call)
