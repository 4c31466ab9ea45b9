"""One np.dot for each element, shared out to a thread pool that stays alive between the calls."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a pool of threads kept between calls"
POOL = ThreadPoolExecutor(2)


def times(left, right):
    """left @ right.T, a row at a time."""
    result = np.empty((len(left), len(right)), left.dtype)

    def row(number):
        with np.errstate(all="ignore"):
            for column, other in enumerate(right):
                result[number, column] = np.dot(left[number], other)

    list(POOL.map(row, range(len(left))))
    return result


@hookimpl
def linear_forward(x, weight, bias):
    rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
    output = times(rows, weight)
    with np.errstate(all="ignore"):
        output = output if bias is None else output + bias
    return output.reshape(*x.shape[:-1], len(weight)), (rows, weight, x.shape, bias is not None)


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    rows, weight, shape, has_bias = saved
    gradient = grad_output.reshape(len(rows), len(weight))
    grad_x = times(gradient, weight.T).reshape(shape) if needs_input_grad[0] else None
    grad_weight = times(gradient.T, rows.T) if needs_input_grad[1] else None
    grad_bias = times(np.ones((1, len(rows)), gradient.dtype), gradient.T)[0] if has_bias else None
    return grad_x, grad_weight, grad_bias
