"""Rows are shared out to threads that live as long as the call; each writes its own rows of one array."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from layerproof import hookimpl

UNUSUAL = "threads inside a call; backward by the softmax of x again"


def in_threads(work, rows):
    parts = [part for part in np.array_split(np.arange(rows), 3) if len(part)]
    if len(parts) < 2:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(work, parts))


def rows_of(values, dim):
    moved = np.moveaxis(np.atleast_1d(values), dim, -1)
    return np.array(moved.reshape(math.prod(moved.shape[:-1]), moved.shape[-1]), np.float64), moved.shape


def put_back(rows, shape, dim, like):
    return np.moveaxis(rows.astype(like.dtype).reshape(shape), -1, dim).reshape(like.shape)


def shares_of(rows):
    shares = np.empty_like(rows)

    def work(part):
        with np.errstate(all="ignore"):
            powers = np.exp(rows[part] - rows[part].max(axis=1, keepdims=True, initial=-np.inf))
            shares[part] = powers / powers.sum(axis=1, keepdims=True)

    in_threads(work, len(rows))
    return shares


@hookimpl
def softmax_forward(x, dim):
    rows, shape = rows_of(x, dim)
    return put_back(shares_of(rows), shape, dim, x), (x, dim)


@hookimpl
def softmax_backward(grad_output, saved):
    x, dim = saved
    rows, shape = rows_of(x, dim)
    gradient, _ = rows_of(grad_output, dim)
    shares, result = shares_of(rows), np.empty_like(rows)

    def work(part):
        with np.errstate(all="ignore"):
            total = (gradient[part] * shares[part]).sum(axis=1, keepdims=True)
            result[part] = shares[part] * (gradient[part] - total)

    in_threads(work, len(rows))
    with np.errstate(all="ignore"):
        return (put_back(result, shape, dim, x),)
