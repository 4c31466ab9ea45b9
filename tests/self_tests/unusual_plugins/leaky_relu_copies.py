"""Copies every array it is given and every array it gives, and works through the copies element by element in
Python."""

import copy

import numpy as np

from layerproof import hookimpl

UNUSUAL = "copies of everything; loops over elements"


@hookimpl
def leaky_relu_forward(x, negative_slope):
    x = copy.deepcopy(x)
    slope = x.dtype.type(negative_slope)
    output = np.empty_like(x)
    with np.errstate(all="ignore"):
        for place in np.ndindex(x.shape):
            output[place] = x[place] if x[place] > 0 else slope * x[place]
    return output.copy(), (copy.deepcopy(x), slope)


@hookimpl
def leaky_relu_backward(grad_output, saved):
    x, slope = copy.deepcopy(saved)
    grad_x = np.array(grad_output)
    with np.errstate(all="ignore"):
        for place in np.ndindex(x.shape):
            if not x[place] > 0:
                grad_x[place] = grad_output[place] * slope
    return (grad_x.copy(),)
