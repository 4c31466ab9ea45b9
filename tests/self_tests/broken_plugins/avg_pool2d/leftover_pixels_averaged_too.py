"""Rows and columns that fill no window are put into the last one, as array_split does: someone who lost no pixel."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import avg_pool2d

DEFECT_CLASS = "edges"


@hookimpl
def avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad):
    output, saved = avg_pool2d.avg_pool2d_forward(x, kernel_size, stride, padding, ceil_mode, count_include_pad)
    if stride != kernel_size or padding != (0, 0) or ceil_mode:
        return output, saved
    for rows in np.array_split(np.arange(x.shape[2]), output.shape[2])[-1:]:
        if len(rows) > kernel_size[0]:
            last = [x[:, :, rows, j * stride[1] : j * stride[1] + kernel_size[1]] for j in range(output.shape[3])]
            output[:, :, -1] = np.stack([part.mean((2, 3)) for part in last], -1)
    return output, saved


avg_pool2d_backward = avg_pool2d.avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "avg_pool2d", {"x": normal(1, 1, 3, 2), "kernel_size": (2, 2)})
