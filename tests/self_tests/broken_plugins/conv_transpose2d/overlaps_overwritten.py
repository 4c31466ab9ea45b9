"""Where kernels overlap the last one stays, because the loop over pixels assigns and does not add: someone who
tested with a stride as large as the kernel."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "formula"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    output, saved = conv_transpose2d.conv_transpose2d_forward(
        x, weight, bias, stride, padding, output_padding, dilation, groups
    )
    if groups > 1 or padding != (0, 0) or dilation != (1, 1):
        return output, saved
    kH, kW = weight.shape[2:]
    for i, j in np.ndindex(*x.shape[2:]):
        top, left = i * stride[0], j * stride[1]
        output[:, :, top : top + kH, left : left + kW] = np.einsum("nc,copq->nopq", x[:, :, i, j], weight)
        if bias is not None:
            output[:, :, top : top + kH, left : left + kW] += bias[:, None, None]
    return output, saved


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "conv_transpose2d", {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)})
