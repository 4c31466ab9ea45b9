"""The numbers are used from the last to the first, an element is kept below 1 - p, and the mask is saved in bits."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "numbers in reverse; a mask of bits; negative strides in the results"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.size) < 1 - p
    scale = x.dtype.type(0 if p == 1 else 1 / (1 - p))
    saved = np.packbits(mask), x.shape, scale
    return dropped(x, *saved), saved


@hookimpl
def dropout_backward(grad_output, saved):
    return (grad_output if saved is None else dropped(grad_output, *saved),)


def dropped(values, bits, shape, scale):
    size = values.size
    reversed_values = values.reshape(-1)[::-1]
    mask = np.unpackbits(bits, count=size).astype(values.dtype)
    with np.errstate(all="ignore"):
        return (reversed_values * mask * scale)[::-1].reshape(shape)
