"""Every window by itself, its borders by Fraction; the sums by math.fsum where the windows are few, else by NumPy."""

import math
from fractions import Fraction

import numpy as np

from layerproof import hookimpl

UNUSUAL = "borders by fractions; read-only outputs"


@hookimpl
def adaptive_avg_pool2d_forward(x, output_size):
    (H, W), (rows, columns) = x.shape[2:], output_size
    output = np.empty((*x.shape[:2], rows, columns), x.dtype)
    with np.errstate(all="ignore"):
        for i in range(rows):
            for j in range(columns):
                seen = x[:, :, slice(*border(i, H, rows)), slice(*border(j, W, columns))]
                output[:, :, i, j] = np.mean(seen, axis=(2, 3), dtype=np.float64)
    output.flags.writeable = False
    return output, (H, W)


@hookimpl
def adaptive_avg_pool2d_backward(grad_output, saved):
    (H, W), (rows, columns) = saved, grad_output.shape[2:]
    total = np.zeros((*grad_output.shape[:2], H, W))
    with np.errstate(all="ignore"):
        for i in range(rows):
            for j in range(columns):
                top, bottom = border(i, H, rows)
                left, right = border(j, W, columns)
                share = grad_output[:, :, i, j].astype(np.float64) / ((bottom - top) * (right - left))
                total[:, :, top:bottom, left:right] += share[:, :, None, None]
        gradient = total.astype(grad_output.dtype)
    gradient.flags.writeable = False
    return (gradient,)


def border(place, length, outputs):
    return math.floor(Fraction(place * length, outputs)), math.ceil(Fraction((place + 1) * length, outputs))
