"""Sums of blocks of 16 products first, then the sum of those: what a tiled kernel does."""

import numpy as np
from _contractions import linear_by

UNUSUAL = "order of summation: in blocks"
BLOCK = 16


def dot(a, b):
    products = a * b
    rest = -products.shape[-1] % BLOCK
    products = np.concatenate([products, np.zeros((*products.shape[:-1], rest), products.dtype)], axis=-1)
    blocks = np.cumsum(products.reshape(*products.shape[:-1], -1, BLOCK), axis=-1)[..., -1]
    return np.cumsum(blocks, axis=-1)[..., -1]


linear_forward, linear_backward = linear_by(dot)
