"""The rows and columns of output_padding come first and not last: someone who saw only the sizes agree."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    output, saved = conv_transpose2d.conv_transpose2d_forward(
        x, weight, bias, stride, padding, output_padding, dilation, groups
    )
    return np.roll(output, output_padding, (2, 3)), saved


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import differs, normal

    given = {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1), "stride": (2, 2)}
    return differs(__file__, "conv_transpose2d", {**given, "output_padding": (0, 1)})
