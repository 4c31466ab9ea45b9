"""Kahan's compensated summation: what each addition loses is added to the next term."""

import numpy as np
from _contractions import conv2d_by

UNUSUAL = "order of summation: compensated"
FEW = 256


def dot(a, b):
    products = np.moveaxis(a * b, -1, 0)
    while len(products) > FEW:  # long sums first as that many short ones, or the loop below takes minutes
        rest = -len(products) % FEW
        products = np.concatenate([products, np.zeros((rest, *products.shape[1:]), products.dtype)])
        products = added(products.reshape(-1, FEW, *products.shape[1:]))
    return added(products)


def added(terms):
    total = np.zeros(terms.shape[1:], terms.dtype)
    lost = np.zeros_like(total)
    for term in terms:
        corrected = term - lost
        grown = total + corrected
        lost = (grown - total) - corrected
        lost[~np.isfinite(lost)] = 0
        total = grown
    return total


conv2d_forward, conv2d_backward = conv2d_by(dot)
