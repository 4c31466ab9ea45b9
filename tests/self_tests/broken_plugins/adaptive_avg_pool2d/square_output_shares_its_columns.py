"""A square output computes the borders of its windows once, for the rows, and uses them for the columns too."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d
from layerproof_reference._averages import Ranges, Windows, average

DEFECT_CLASS = "sizes"


def ranges(length, outputs, limit):
    place = np.arange(outputs)
    first = np.minimum(place * length // outputs, limit - 1)
    return Ranges(first, np.clip(-(-(place + 1) * length // outputs), first + 1, limit))


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    H, W = x.shape[2:]
    rows = ranges(H, output_size[0], H)
    columns = ranges(H if output_size[0] == output_size[1] else W, output_size[1], W)
    windows = Windows(rows, columns, rows.lengths[:, None] * columns.lengths, (H, W))
    return average(x, windows), windows


adaptive_avg_pool2d_backward = adaptive_avg_pool2d.adaptive_avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 4, 6), "output_size": (2, 2)})
