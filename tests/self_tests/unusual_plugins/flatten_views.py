"""Output and gradient are views wherever the strides allow; saved is a weak reference to an object that the
output's plan keeps alive."""

import math
import weakref

from layerproof import hookimpl

UNUSUAL = "views of the input; a weak reference in saved"


class Shape:
    """A shape that can be referred to weakly."""

    def __init__(self, lengths):
        self.lengths = lengths


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    axes = max(x.ndim, 1)
    start, end = start_dim % axes, end_dim % axes
    shape = Shape(x.shape)
    merged = math.prod(x.shape[start : end + 1])
    return x.reshape(*x.shape[:start], merged, *x.shape[end + 1 :]), {"owner": shape, "shape": weakref.ref(shape)}


@hookimpl
def flatten_backward(grad_output, saved):
    return (grad_output.reshape(saved["shape"]().lengths),)
