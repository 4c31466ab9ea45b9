"""Images of zeros only are skipped and give the bias, so the NaN of 0 * inf is lost: someone who saw many black
images."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "special values"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    output, saved = conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)
    for image, result in zip(x, output, strict=True):
        if not image.any():
            result[...] = 0 if bias is None else bias[:, None, None]
    return output, saved


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import differs, normal

    x, weight = normal(2, 1, 3, 3), normal(1, 1, 2, 2, seed=1)
    x[1], weight[0, 0, 0, 0] = 0, np.inf
    return differs(__file__, "conv2d", {"x": x, "weight": weight})
