"""The rows and columns of output_padding are added as zeros after the padding was cut off, though the kernel reaches
them: someone who took the word "padding" at its word."""

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    output, saved = conv_transpose2d.conv_transpose2d_forward(
        x, weight, bias, stride, padding, output_padding, dilation, groups
    )
    added_rows, added_columns = output_padding
    if added_rows:
        output[:, :, -added_rows:] = 0
    if added_columns:
        output[:, :, :, -added_columns:] = 0
    return output, saved


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import differs, normal

    given = {"x": normal(1, 1, 3, 3), "weight": normal(1, 1, 3, 3, seed=1), "stride": (2, 2), "padding": (1, 1)}
    return differs(__file__, "conv_transpose2d", {**given, "output_padding": (1, 1)})
