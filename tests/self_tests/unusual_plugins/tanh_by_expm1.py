"""tanh(x) = -expm1(-2|x|) / (2 + expm1(-2|x|)), its sign put back; the gradient from the same exponential, not from
the output."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: expm1; the derivative without the output"


@hookimpl
def tanh_forward(x):
    with np.errstate(all="ignore"):
        lost = np.expm1(-2 * np.abs(x))
        return np.copysign(-lost / (2 + lost), x), lost


@hookimpl
def tanh_backward(grad_output, saved):
    with np.errstate(all="ignore"):
        # 1 - tanh^2 = 4 e / (1 + e)^2 with e = exp(-2|x|)
        return (grad_output * (4 * (1 + saved) / np.square(2 + saved)),)
