"""One pass along the axis with a running maximum; the running sum is rescaled whenever the maximum grows (Milakov
and Gimelshein)."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: online"


@hookimpl
def softmax_forward(x, dim):
    lines = np.moveaxis(np.atleast_1d(x), dim, 0)
    top = np.full(lines.shape[1:], -np.inf, x.dtype)
    total = np.zeros_like(top)
    with np.errstate(all="ignore"):
        for line in lines:
            grown = np.maximum(top, line)
            safe = np.where(np.isneginf(grown), 0, grown)
            total = total * np.exp(top - safe) + np.exp(line - safe)
            top = grown
        shares = np.exp(lines - top) / total
    shares = np.moveaxis(shares, 0, dim).reshape(x.shape)
    return shares, (shares, dim)


@hookimpl
def softmax_backward(grad_output, saved):
    shares, dim = saved
    lines, gradient = (np.moveaxis(np.atleast_1d(value), dim, 0) for value in (shares, grad_output))
    total = np.zeros(lines.shape[1:], shares.dtype)
    with np.errstate(all="ignore"):
        for share, one in zip(lines, gradient, strict=True):
            total = total + share * one
        grad_x = lines * (gradient - total)
    return (np.moveaxis(grad_x, 0, dim).reshape(shares.shape),)
