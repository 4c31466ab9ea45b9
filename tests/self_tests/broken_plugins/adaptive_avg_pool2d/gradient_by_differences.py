"""Backward puts +g and -g at the corners of each window and sums them up, so that one NaN reaches later pixels."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import adaptive_avg_pool2d

DEFECT_CLASS = "special values"


adaptive_avg_pool2d_forward = adaptive_avg_pool2d.adaptive_avg_pool2d_forward


@hookimpl
def adaptive_avg_pool2d_backward(grad_output, saved):
    H, W = saved.size
    N, C = grad_output.shape[:2]
    marks = np.zeros((N, C, H + 1, W + 1))
    with np.errstate(all="ignore"):
        share = grad_output / saved.pixels
        for i, (top, bottom) in enumerate(zip(*saved.rows, strict=True)):
            for j, (left, right) in enumerate(zip(*saved.columns, strict=True)):
                part = share[:, :, i, j]
                marks[:, :, top, left] += part
                marks[:, :, bottom, left] -= part
                marks[:, :, top, right] -= part
                marks[:, :, bottom, right] += part
        return (marks.cumsum(2).cumsum(3)[:, :, :H, :W].astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs, normal

    gradient = normal(1, 1, 3, 3, seed=4)
    gradient[0, 0, 0, 0] = np.nan
    return differs(
        __file__, "adaptive_avg_pool2d", {"x": normal(1, 1, 6, 6), "output_size": (3, 3)}, grad_output=gradient
    )
