"""The sum is divided by the size of the kernel also where ceil_mode reaches beyond the padding: someone who divides
last."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "edges"


def whole(saved, kernel_size):
    return saved._replace(pixels=np.full_like(saved.pixels, kernel_size[0] * kernel_size[1]))


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    if not (ceil_mode and count_include_pad):
        return output, saved
    return (output * saved.pixels / (kernel_size[0] * kernel_size[1])).astype(x.dtype), whole(saved, kernel_size)


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "avg_pool2d", {"x": normal(1, 1, 3, 3), "kernel_size": (2, 2), "ceil_mode": True})
