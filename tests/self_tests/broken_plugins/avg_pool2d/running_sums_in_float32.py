"""Window sums are differences of running sums in float32, which cancel badly far from the corner: someone who made
the work independent of the kernel's size."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "precision"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    if not x.size:
        return output, saved
    table = np.zeros((*x.shape[:2], x.shape[2] + 1, x.shape[3] + 1), x.dtype)
    table[:, :, 1:, 1:] = np.cumsum(np.cumsum(x, 2), 3)
    top, bottom = (table[:, :, edge] for edge in saved.rows)
    left, right = saved.columns
    total = bottom[..., right] - bottom[..., left] - top[..., right] + top[..., left]
    return (total / saved.pixels).astype(x.dtype), saved


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "avg_pool2d", {"x": np.abs(normal(1, 1, 200, 200)), "kernel_size": (2, 2)})
