"""The padding of the height is cut off the width too when both are set: someone whose kernel takes one number."""

from layerproof import hookimpl
from layerproof_reference import conv_transpose2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv_transpose2d_forward(x, weight, bias, stride, padding, output_padding, dilation, groups):
    output, saved = conv_transpose2d.conv_transpose2d_forward(
        x, weight, bias, stride, padding, output_padding, dilation, groups
    )
    if padding[0] and padding[1] > padding[0]:
        wider, _ = conv_transpose2d.conv_transpose2d_forward(
            x, weight, bias, stride, (padding[0], padding[0]), output_padding, dilation, groups
        )
        output = wider[..., : output.shape[3]]
    return output, saved


conv_transpose2d_backward = conv_transpose2d.conv_transpose2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "conv_transpose2d", {"x": normal(1, 1, 4, 4), "weight": normal(1, 1, 5, 5, seed=1), "padding": (1, 2)}
    )
