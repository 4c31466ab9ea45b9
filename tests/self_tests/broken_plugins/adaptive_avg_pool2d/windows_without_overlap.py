"""Both ends of a window are rounded down, so neighbours never share a pixel: someone who split the axis into parts."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d

DEFECT_CLASS = "formula"


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    H, W = x.shape[2:]
    if output_size[0] > H or output_size[1] > W:
        return adaptive_avg_pool2d.adaptive_avg_pool2d_forward(x, output_size)
    rows, columns = ([n * i // parts for i in range(parts + 1)] for n, parts in zip((H, W), output_size, strict=True))
    output = np.empty((*x.shape[:2], *output_size), x.dtype)
    for i, j in np.ndindex(*output_size):
        output[:, :, i, j] = x[:, :, rows[i] : rows[i + 1], columns[j] : columns[j + 1]].mean((2, 3))
    return output, adaptive_avg_pool2d.adaptive_avg_pool2d_forward(x, output_size)[1]


adaptive_avg_pool2d_backward = adaptive_avg_pool2d.adaptive_avg_pool2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 5, 5), "output_size": (2, 2)})
