"""The borders are computed as i * (H / H') in floating point, which rounds the wrong way for some sizes: someone who
wrote the formula as it is printed."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d
from layerproof_reference._averages import Ranges, Windows, average

DEFECT_CLASS = "sizes"


def _ranges(length, outputs):
    place = np.arange(outputs)
    first = np.floor(place * (length / outputs)).astype(np.int64)
    last = np.ceil((place + 1) * (length / outputs)).astype(np.int64)
    return Ranges(first, np.minimum(last, length))


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    rows, columns = _ranges(x.shape[2], output_size[0]), _ranges(x.shape[3], output_size[1])
    windows = Windows(rows, columns, rows.lengths[:, None] * columns.lengths, x.shape[2:])
    return average(x, windows), windows


adaptive_avg_pool2d_backward = adaptive_avg_pool2d.adaptive_avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 26, 2), "output_size": (46, 1)})
