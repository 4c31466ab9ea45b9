"""A loss as a NumPy scalar, both gradients whether asked for or not, and everything there is in saved."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a NumPy scalar for a loss; gradients that were not asked for; the whole call in saved"


@hookimpl
def mse_loss_forward(x, target, reduction):
    with np.errstate(all="ignore"):
        squares = np.square(x - target)
        if reduction == "none":
            return squares, (x, target, reduction, squares)
        total = squares.sum()
        return total if reduction == "sum" else total / x.dtype.type(x.size), (x, target, reduction, squares)


@hookimpl
def mse_loss_backward(grad_output, saved):
    x, target, reduction, _ = saved
    with np.errstate(all="ignore"):
        share = grad_output / x.dtype.type(x.size) if reduction == "mean" else grad_output
        grad_x = np.asarray((x - target) * share * 2)
    return grad_x, np.negative(grad_x)
