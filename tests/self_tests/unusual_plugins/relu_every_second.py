"""The results stand in every second element of larger arrays, whose others are NaN; saved is a set of places."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "strided results among NaN; saved are the flat places that stay"


def strided(shape, dtype):
    larger = np.full([2 * length for length in shape], np.nan, dtype)
    view = larger[(..., *(slice(None, None, 2) for _ in shape))]
    view[...] = 0
    return view


@hookimpl
def relu_forward(x):
    stays = ~(x <= 0)
    output = strided(x.shape, x.dtype)
    output[stays] = x[stays]
    return output, np.flatnonzero(stays)


@hookimpl
def relu_backward(grad_output, saved):
    gradient = strided(grad_output.shape, grad_output.dtype)
    stays = np.zeros(grad_output.size, bool)
    stays[saved] = True
    stays = stays.reshape(grad_output.shape)
    gradient[stays] = grad_output[stays]
    return (gradient,)
