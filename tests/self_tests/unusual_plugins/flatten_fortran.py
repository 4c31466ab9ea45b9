"""Every result is a copy in Fortran order; saved is a generator that never ends and gives the shape whenever it is
asked."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "results in Fortran order; a generator for saved"


def forever(shape):
    while True:
        yield shape


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    axes = max(x.ndim, 1)
    start, end = start_dim % axes, end_dim % axes
    merged = math.prod(x.shape[start : end + 1])
    output = np.asarray(x, order="C").reshape(*x.shape[:start], merged, *x.shape[end + 1 :])
    return np.array(output, order="F"), forever(x.shape)


@hookimpl
def flatten_backward(grad_output, saved):
    return (np.array(grad_output.reshape(next(saved)), order="F"),)
