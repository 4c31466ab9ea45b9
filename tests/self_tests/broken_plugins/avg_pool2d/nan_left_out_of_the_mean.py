"""NaN pixels are left out of the mean: someone who calls nanmean to be on the safe side."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "special values"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    missing = np.isnan(x)
    if not missing.any():
        return output, saved
    total, _ = avg_pool2d.avg_pool2d_forward(
        np.where(missing, 0, x).astype(x.dtype), kernel_size, stride, padding, ceil_mode, count_include_pad
    )
    share, _ = avg_pool2d.avg_pool2d_forward(
        (~missing).astype(x.dtype), kernel_size, stride, padding, ceil_mode, count_include_pad
    )
    return total / share, saved


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(1, 1, 2, 2)
    x[0, 0, 0, 0] = np.nan
    return differs(__file__, "avg_pool2d", {"x": x, "kernel_size": (2, 2)})
