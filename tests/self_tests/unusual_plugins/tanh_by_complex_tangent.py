"""tanh(x) is the imaginary part of the tangent of i*x, which NumPy has for complex numbers."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a complex function; the gradient is 1 / cosh(x)**2, without the output"


@hookimpl
def tanh_forward(x):
    turned = np.zeros(x.shape, np.complex128)
    turned.imag = x
    with np.errstate(all="ignore"):
        return np.asarray(np.tan(turned)).imag.astype(x.dtype), x


@hookimpl
def tanh_backward(grad_output, saved):
    with np.errstate(all="ignore"):
        rise = 1 / np.cosh(np.minimum(np.abs(saved.astype(np.float64)), 400))
        return (np.asarray(grad_output * (rise * rise)).astype(grad_output.dtype),)
