"""A running maximum and a running sum over the axis, one element after the other, all rows at once, in float64."""

import numpy as np

from layerproof import hookimpl

UNUSUAL = "one pass over the axis; the output is a transposed view; the softmax recomputed from x"


def logarithm_of_sum(rows):
    """The maximum of each column's exponents, and the logarithm of the sum of their powers below it."""
    top = np.full(rows.shape[1:], -np.inf)
    total = np.zeros(rows.shape[1:])
    for row in rows:
        higher = np.maximum(top, row)
        base = np.where(np.isneginf(higher), 0, higher)
        total = total * np.exp(np.where(np.isneginf(top), -np.inf, top - base)) + np.exp(row - base)
        top = higher
    return top, np.log(np.where(np.isfinite(top), total, np.nan))


@hookimpl
def log_softmax_forward(x, dim):
    rows = np.moveaxis(np.atleast_1d(x), dim, 0).astype(np.float64)
    with np.errstate(all="ignore"):
        top, rest = logarithm_of_sum(rows)
        output = ((rows - np.where(np.isfinite(top), top, 0)) - rest).astype(x.dtype)
    return np.moveaxis(output, 0, dim).reshape(x.shape), (x, dim)


@hookimpl
def log_softmax_backward(grad_output, saved):
    x, dim = saved
    rows = np.moveaxis(np.atleast_1d(x), dim, 0).astype(np.float64)
    gradient = np.moveaxis(np.atleast_1d(grad_output), dim, 0).astype(np.float64)
    with np.errstate(all="ignore"):
        top, rest = logarithm_of_sum(rows)
        shares = np.exp((rows - np.where(np.isfinite(top), top, 0)) - rest)
        result = (gradient - shares * gradient.sum(axis=0)).astype(x.dtype)
    return (np.moveaxis(result, 0, dim).reshape(x.shape),)
