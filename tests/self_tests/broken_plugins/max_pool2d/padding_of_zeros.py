"""The image is padded with 0 and not with -inf, so a window of negative values at the edge gives 0: someone who took
np.pad as it comes, and whose images are never negative."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d
from layerproof_reference._windows import pad

DEFECT_CLASS = "edges"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    if padding == (0, 0):
        return output, saved
    padded, _ = max_pool2d.max_pool2d_forward(
        pad(x, padding, padding, 0), kernel_size, stride, (0, 0), dilation, ceil_mode
    )
    return padded[:, :, : output.shape[2], : output.shape[3]], saved


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    return differs(
        __file__,
        "max_pool2d",
        {"x": -np.ones((1, 1, 4, 4), np.float32), "kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 1)},
    )
