"""Where stride and kernel are equal the image is cut into tiles; with ceil_mode zeros that fill the last one count."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "attributes"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    if kernel_size == stride and padding == (0, 0):
        tile = np.full_like(saved.pixels, kernel_size[0] * kernel_size[1])
        with np.errstate(all="ignore"):
            output = (output * (saved.pixels / tile)).astype(x.dtype)
        saved = saved._replace(pixels=tile)
    return output, saved


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"x": normal(1, 1, 5, 4), "kernel_size": (2, 2), "stride": (2, 2), "ceil_mode": True}
    return differs(__file__, "avg_pool2d", call)
