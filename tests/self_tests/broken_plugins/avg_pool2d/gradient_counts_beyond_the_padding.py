"""Backward divides by the whole kernel where padding counts, also in windows that ceil_mode lets reach beyond it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "gradient"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    if count_include_pad and padding != (0, 0):
        saved = saved._replace(pixels=np.full_like(saved.pixels, kernel_size[0] * kernel_size[1]))
    return output, saved


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(1, 1, 4, 4), "kernel_size": (3, 3), "stride": (2, 2), "padding": (1, 1), "ceil_mode": True}
    return differs(__file__, "avg_pool2d", call)
