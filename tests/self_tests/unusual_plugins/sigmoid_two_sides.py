"""The elements from 0 on and those below are gathered, computed apart and put back; NaN is in neither and stays."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "gathered by masks; the gradient from exp(-abs(x)), without the output"


@hookimpl
def sigmoid_forward(x):
    flat = x.reshape(-1)
    output = flat.copy()
    right, left = flat >= 0, flat < 0
    output[right] = 1 / (1 + np.exp(-flat[right]))
    power = np.exp(flat[left])
    output[left] = power / (1 + power)
    return output.reshape(x.shape), x


@hookimpl
def sigmoid_backward(grad_output, saved):
    with np.errstate(all="ignore"):
        power = np.exp(-np.abs(saved))
        slope = power / (1 + power) / (1 + power)
        return (np.asarray(grad_output * slope),)
