"""Where nothing is negative the output is x itself, and the gradient grad_output itself: views are allowed, and
copying costs."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "results that are the inputs themselves"


@hookimpl
def relu_forward(x):
    lets_through = ~(x <= 0)
    return x if lets_through.all() else np.where(lets_through, x, x.dtype.type(0)), lets_through


@hookimpl
def relu_backward(grad_output, saved):
    return (grad_output if saved.all() else np.where(saved, grad_output, grad_output.dtype.type(0)),)
