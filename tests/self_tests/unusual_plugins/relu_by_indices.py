"""Remembers where x is positive as a list of numbers, in a frozen dataclass; the backward is made when first asked
for, and kept in it."""

import functools
from dataclasses import dataclass

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a closure built lazily and kept in saved"


@dataclass(frozen=True)
class Positions:
    shape: tuple
    flat: np.ndarray

    @functools.cached_property
    def backward(self):
        shape, flat = self.shape, self.flat

        def gradient(grad_output):
            result = np.zeros(grad_output.size, grad_output.dtype)
            result[flat] = grad_output.ravel()[flat]
            return result.reshape(shape)

        return gradient


@hookimpl
def relu_forward(x):
    saved = Positions(x.shape, np.flatnonzero(~(x <= 0)))
    return np.maximum(x, 0), saved


@hookimpl
def relu_backward(grad_output, saved):
    return (saved.backward(grad_output),)
