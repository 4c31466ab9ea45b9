"""Python lists and math.fsum, which rounds the exact sum once. Declines more than 100,000 products, by shape: lists
are slow."""

import math

import numpy as np
from _contractions import linear_by

from layerproof import hookimpl

UNUSUAL = "pure Python inside; declines large shapes"
MANY = 100_000


def dot(a, b):
    left, right = (value.reshape(-1, value.shape[-1]).tolist() for value in np.broadcast_arrays(a, b))
    sums = [added([x * y for x, y in zip(*rows, strict=True)]) for rows in zip(left, right, strict=True)]
    return np.array(sums).astype(a.dtype).reshape(np.broadcast_shapes(a.shape, b.shape)[:-1])


def added(products):
    try:
        return math.fsum(products)
    except (ValueError, OverflowError):  # infinities of both signs
        return sum(products)


PLAIN = linear_by(dot)  # not under its own name, which would register it


@hookimpl
def linear_forward(x, weight, bias):
    return None if x.size * len(weight) > MANY else PLAIN[0](x, weight, bias)


@hookimpl
def linear_backward(grad_output, saved):
    return PLAIN[1](grad_output, saved)
