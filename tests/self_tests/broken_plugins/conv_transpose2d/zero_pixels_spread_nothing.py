"""Pixels of 0 are skipped, so a weight of infinity does not make them NaN: someone who profits from sparse
activations."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d
from layerproof_reference._windows import add_windows

DEFECT_CLASS = "special values"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    output, saved = conv_transpose2d.conv_transpose2d_forward(
        x, weight, bias, stride, padding, output_padding, dilation, groups
    )
    if groups > 1 or np.isfinite(weight).all():
        return output, saved
    pixels = x[:, :, None, None, None]
    products = np.where(pixels == 0, 0, pixels * weight[..., None, None]).sum(1)
    output = add_windows(products.transpose(1, 2, 3, 0, 4, 5), output.shape[2:], stride, padding, dilation)
    return (output if bias is None else output + bias[:, None, None]).astype(x.dtype), saved


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import differs, normal

    x, weight = normal(1, 1, 2, 2), normal(1, 1, 1, 1, seed=1)
    x[0, 0, 0, 0], weight[0, 0, 0, 0] = 0, np.inf
    return differs(__file__, "conv_transpose2d", {"x": x, "weight": weight})
