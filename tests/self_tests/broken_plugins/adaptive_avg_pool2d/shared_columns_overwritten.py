"""Backward adds up the shares of rows that two windows have in common, but the later column overwrites the earlier."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d
from layerproof_reference._averages import _sums_along

DEFECT_CLASS = "gradient"


adaptive_avg_pool2d_forward = adaptive_avg_pool2d.adaptive_avg_pool2d_forward


@hookimpl
def adaptive_avg_pool2d_backward(grad_output, saved):
    H, W = saved.size
    with np.errstate(all="ignore"):
        by_rows = _sums_along(2, grad_output / saved.pixels, saved.rows.holding(H))
    grad_x = np.zeros((*grad_output.shape[:2], H, W))
    for j, (left, right) in enumerate(zip(*saved.columns, strict=True)):
        grad_x[:, :, :, left:right] = by_rows[:, :, :, j : j + 1]
    return (grad_x.astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 4, 5), "output_size": (2, 2)})
