"""Sums and products as pairs of numbers, value and rounding error (Dekker, Knuth), in the dtype of x itself."""

import numpy as np
from _contractions import linear_by

UNUSUAL = "higher precision inside, from error-free transformations"


def dot(a, b):
    high = a * b
    low = product_error(a, b, high)
    while high.shape[-1] > 1:
        if high.shape[-1] % 2:
            high, low = (np.concatenate([part, np.zeros_like(part[..., :1])], axis=-1) for part in (high, low))
        left, right = high[..., ::2], high[..., 1::2]
        total = left + right
        virtual = total - left
        lost = (left - (total - virtual)) + (right - virtual)
        high, low = total, low[..., ::2] + low[..., 1::2] + lost
    corrected = high[..., 0] + low[..., 0]
    return np.where(np.isfinite(corrected), corrected, high[..., 0])


def product_error(a, b, product):
    (a_high, a_low), (b_high, b_low) = split(a), split(b)
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def split(value):
    digits = 12 if value.dtype == np.float32 else 27
    scaled = value * value.dtype.type(2**digits + 1)
    high = scaled - (scaled - value)
    return high, value - high


linear_forward, linear_backward = linear_by(dot)
