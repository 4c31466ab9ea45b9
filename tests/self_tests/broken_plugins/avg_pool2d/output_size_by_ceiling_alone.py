"""With ceil_mode a last window that would begin in the far padding is kept, with an output of 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "shape"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    kept = output.shape
    if ceil_mode:
        H, W = (
            -(-(length + 2 * pad - kernel) // step) + 1
            for length, pad, kernel, step in zip(x.shape[2:], padding, kernel_size, stride, strict=True)
        )
        output = np.pad(output, ((0, 0), (0, 0), (0, H - kept[2]), (0, W - kept[3])))
    return output, (saved, kept)


@hookimpl
def avg_pool2d_backward(grad_output, saved, needs_input_grad):
    geometry, (_, _, H, W) = saved
    return avg_pool2d.avg_pool2d_backward(grad_output[:, :, :H, :W], geometry, needs_input_grad)


def witness() -> str:
    from witnesses import misshapes, normal

    call = {"x": normal(1, 1, 5, 5), "kernel_size": (2, 2), "stride": (3, 3), "padding": (1, 1), "ceil_mode": True}
    return misshapes(__file__, "avg_pool2d", call)
