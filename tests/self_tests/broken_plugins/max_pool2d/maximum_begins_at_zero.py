"""The running maximum begins at 0, so negative windows give 0: someone who pools after a relu and never saw the
difference."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "edges"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    return np.maximum(output, 0), saved


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "max_pool2d", {"x": -np.ones((1, 1, 2, 2), np.float32), "kernel_size": (2, 2)})
