"""Everything in float64 and rounded once at the end, in Fortran order."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import conv2d

UNUSUAL = "higher precision inside; results in Fortran order"


@hookimpl
def conv2d_forward(x, weight, bias, stride, padding, dilation, groups):
    wide = [None if value is None else value.astype(np.float64) for value in (x, weight, bias)]
    output, saved = conv2d.conv2d_forward(*wide, stride, padding, dilation, groups)
    with np.errstate(over="ignore"):
        return np.asfortranarray(output.astype(x.dtype)), saved


@hookimpl
def conv2d_backward(grad_output, saved, needs_input_grad):
    gradients = conv2d.conv2d_backward(grad_output.astype(np.float64), saved, needs_input_grad)
    with np.errstate(over="ignore"):
        return tuple(None if one is None else np.asfortranarray(one.astype(grad_output.dtype)) for one in gradients)
