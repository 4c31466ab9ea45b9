"""An output larger than the image repeats the nearest pixel and does not average where a window covers two: someone
who thinks of enlarging as resizing."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d

DEFECT_CLASS = "attributes"


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    H, W = x.shape[2:]
    if output_size[0] <= H or output_size[1] <= W:
        return adaptive_avg_pool2d.adaptive_avg_pool2d_forward(x, output_size)
    rows = np.arange(output_size[0]) * H // output_size[0]
    columns = np.arange(output_size[1]) * W // output_size[1]
    return x[:, :, rows][..., columns], adaptive_avg_pool2d.adaptive_avg_pool2d_forward(x, output_size)[1]


adaptive_avg_pool2d_backward = adaptive_avg_pool2d.adaptive_avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 2, 2), "output_size": (3, 3)})
