"""Floats are compared by their bits as integers, in which 0.0 is larger than -0.0: the first of them does not win."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "ties"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    options = kernel_size, stride, padding, dilation, ceil_mode
    output, _ = max_pool2d.max_pool2d_forward(x, *options)
    # a positive zero becomes the smallest positive number, and so do no others
    tiny = np.finfo(x.dtype).smallest_subnormal
    ordered = np.where((x == 0) & ~np.signbit(x), tiny, np.where(x > 0, np.nextafter(x, x.dtype.type(np.inf)), x))
    ordered = np.where(np.isnan(x), x, ordered).astype(x.dtype)
    _, saved = max_pool2d.max_pool2d_forward(ordered, *options)
    return output, saved


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    x = np.array([[[[-0.0, 0.0], [-1.0, 0.0]]]], np.float32)
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (2, 2), "stride": (2, 2)})
