"""The padding is multiplied by the dilation, which shows only when both are set: someone who thought of "effective"
sizes."""

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "attributes"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    output, saved = conv2d.conv2d_forward(x, weight, bias, stride, padding, dilation, groups)
    if dilation == (1, 1) or padding == (0, 0):
        return output, saved
    wider = padding[0] * dilation[0], padding[1] * dilation[1]
    shifted, _ = conv2d.conv2d_forward(x, weight, bias, stride, wider, dilation, groups)
    return shifted[:, :, : output.shape[2], : output.shape[3]], saved


conv2d_backward = conv2d.conv2d_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "conv2d",
        {"x": normal(1, 1, 7, 7), "weight": normal(1, 1, 3, 3, seed=1), "padding": (1, 1), "dilation": (2, 2)},
    )
