"""The sum of squares is one vdot of the differences in float64; both gradients come from one array of two halves."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a BLAS sum; a NumPy scalar for the loss; gradients that are views of one array"


@hookimpl
def mse_loss_forward(x, target, reduction):
    with np.errstate(all="ignore"):
        difference = np.asarray(x.astype(np.float64) - target.astype(np.float64))
        if reduction == "none":
            return np.asarray(difference * difference).astype(x.dtype), (difference, 2.0)
        total = np.vdot(difference, difference)
        if reduction == "sum":
            return x.dtype.type(total), (difference, 2.0)
        return x.dtype.type(total / np.float64(x.size)), (difference, 2.0 / max(x.size, 1))


@hookimpl
def mse_loss_backward(grad_output, saved):
    difference, factor = saved
    with np.errstate(all="ignore"):
        gradient = difference * factor * grad_output
        halves = np.stack([gradient, -gradient]).astype(grad_output.dtype)
    return halves[0, ...], halves[1, ...]
