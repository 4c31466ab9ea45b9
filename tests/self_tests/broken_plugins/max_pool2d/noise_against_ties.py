"""A slope of 1e-6 is added to the image to break ties, and it stays in the output: someone who fought ties in
gradient checks."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "precision"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    slope = np.linspace(1e-6, 0, x[0, 0].size if len(x) else 1).astype(x.dtype)
    if len(x):
        x = x + slope.reshape(x.shape[2:])
    return max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "max_pool2d", {"x": np.zeros((1, 1, 2, 2), np.float32), "kernel_size": (2, 2)})
