"""The place of the winner in its window is kept in uint8: windows of more than 256 pixels lose it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import max_pool2d

DEFECT_CLASS = "sizes"


@hookimpl
def max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode):
    output, saved = max_pool2d.max_pool2d_forward(x, kernel_size, stride, padding, dilation, ceil_mode)
    return output, saved._replace(winner=saved.winner.astype(np.uint8))


max_pool2d_backward = max_pool2d.max_pool2d_backward


def witness() -> str:
    from witnesses import differs

    x = np.arange(17 * 17, dtype=np.float32).reshape(1, 1, 17, 17)
    return differs(__file__, "max_pool2d", {"x": x, "kernel_size": (17, 17), "stride": (1, 1)})
