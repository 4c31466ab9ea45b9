"""The padding is the smallest finite number, which beats an image of -inf: someone who avoids infinities."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "special values"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    if padding != (0, 0):
        touched = np.zeros(output.shape[2:], bool)
        touched[:1], touched[:, :1] = padding[0] > 0, padding[1] > 0
        output = np.where(touched, np.fmax(output, np.finfo(x.dtype).min), output)
    return output, saved


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    x = np.full((1, 1, 4, 4), -np.inf, np.float32)
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (2, 2), "padding": (1, 1)})
