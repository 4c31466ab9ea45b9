"""float64 is computed in float32 and cast back: someone whose kernel exists for float32 only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

DEFECT_CLASS = "precision"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    single = None if bias is None else bias.astype(np.float32)
    output, saved = conv2d.conv2d_forward(
        x.astype(np.float32), weight.astype(np.float32), single, stride, padding, dilation, groups
    )
    return output.astype(x.dtype), saved


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    gradients = conv2d.conv2d_backward(grad_output.astype(np.float32), saved, needs_input_grad)
    return tuple(None if gradient is None else gradient.astype(grad_output.dtype) for gradient in gradients)


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__,
        "conv2d",
        {"x": normal(1, 1, 4, 4, dtype="float64"), "weight": normal(1, 1, 2, 2, seed=1, dtype="float64")},
    )
