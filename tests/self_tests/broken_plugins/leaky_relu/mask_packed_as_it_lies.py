"""The mask is kept in bits, packed in the order of memory and unpacked in the order of the indices."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "layout"


@hookimpl
def leaky_relu_forward(x, negative_slope):
    output, _ = leaky_relu.leaky_relu_forward(x, negative_slope)
    return output, (np.packbits(np.ravel(x > 0, order="K")), x.size, x.shape, negative_slope)


@hookimpl
def leaky_relu_backward(grad_output, saved):
    bits, size, shape, slope = saved
    mask = np.unpackbits(bits, count=size).astype(bool).reshape(shape)
    with np.errstate(all="ignore"):
        return (np.where(mask, grad_output, grad_output * slope),)


def witness() -> str:
    from witnesses import differs, laid_out, normal

    return differs(__file__, "leaky_relu", {"x": laid_out(normal(3, 4), "fortran")})
