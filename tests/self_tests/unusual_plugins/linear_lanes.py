"""Eight running sums side by side, as in the lanes of a vector register, added up in pairs at the end."""

import numpy as np
from _contractions import linear_by

UNUSUAL = "order of summation: eight lanes"
LANES = 8


def dot(a, b):
    products = a * b
    rest = -products.shape[-1] % LANES
    products = np.concatenate([products, np.zeros((*products.shape[:-1], rest), products.dtype)], axis=-1)
    lanes = np.cumsum(products.reshape(*products.shape[:-1], -1, LANES), axis=-2)[..., -1, :]
    while lanes.shape[-1] > 1:
        lanes = lanes[..., ::2] + lanes[..., 1::2]
    return lanes[..., 0]


linear_forward, linear_backward = linear_by(dot)
