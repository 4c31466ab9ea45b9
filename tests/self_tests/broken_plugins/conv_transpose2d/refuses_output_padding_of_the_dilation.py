"""Refuses an output_padding as large as the stride, although one below the dilation is allowed."""

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "edges"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    if output_padding[0] >= stride[0] or output_padding[1] >= stride[1]:
        raise ValueError(f"output_padding {output_padding} must be smaller than stride {stride}")
    return conv_transpose2d.conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups)


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import normal, raises

    call = {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 2, 2, seed=1)}
    return raises(__file__, "conv_transpose2d", call | {"dilation": (2, 2), "output_padding": (1, 1)})
