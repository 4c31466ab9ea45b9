"""Window sums are differences of running sums, so a NaN or an infinity reaches every window after it: someone who
likes summed-area tables."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "special values"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    if np.isfinite(x).all():
        return output, saved
    spread = np.cumsum(np.cumsum(np.where(np.isfinite(x), 0, np.nan), 2), 3)
    rows, columns = saved.rows.last - 1, saved.columns.last - 1
    return (output + spread[:, :, rows][..., columns]).astype(x.dtype), saved


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(1, 1, 4, 4)
    x[0, 0, 0, 0] = np.nan
    return differs(__file__, "avg_pool2d", {"x": x, "kernel_size": (2, 2)})
