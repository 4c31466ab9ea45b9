"""It runs as a convolution of the spread out x with padding dilation*(kernel - 1) - padding, clamped at 0."""

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "shape"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    padding = tuple(
        min(cut, gap * (kernel - 1)) for cut, gap, kernel in zip(padding, dilation, weight.shape[2:], strict=True)
    )
    return conv_transpose2d.conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups)


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import misshapes, normal

    call = {"x": normal(1, 1, 4, 4), "weight": normal(1, 1, 1, 1, seed=1), "padding": (1, 1)}
    return misshapes(__file__, "conv_transpose2d", call)
