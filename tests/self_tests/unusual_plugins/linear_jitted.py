"""Three plain loops, compiled by Numba, that add one product after the other in the dtype of x."""

import math

import numba
import numpy as np

from layerproof import hookimpl

UNUSUAL = "compiled on the first call; sequential sums in the dtype of x"


@numba.njit
def product(a, b, total):
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            one = total[i, j]
            for k in range(a.shape[1]):
                one += a[i, k] * b[k, j]
            total[i, j] = one


def multiplied(a, b):
    total = np.zeros((a.shape[0], b.shape[1]), a.dtype)
    product(np.array(a, order="C"), np.array(b, order="C"), total)
    return total


@hookimpl
def linear_forward(x, weight, bias):
    output = multiplied(rows_of(x), weight.T)
    with np.errstate(all="ignore"):
        output = output if bias is None else output + bias
    return output.reshape(*x.shape[:-1], len(weight)), (x, weight, bias is None)


@hookimpl
def linear_backward(grad_output, saved):
    x, weight, no_bias = saved
    gradient = rows_of(grad_output)
    grad_bias = None if no_bias else multiplied(np.ones((1, len(gradient)), gradient.dtype), gradient)[0]
    return multiplied(gradient, weight).reshape(x.shape), multiplied(gradient.T, rows_of(x)), grad_bias


def rows_of(values):
    return values.reshape(math.prod(values.shape[:-1]), values.shape[-1])
