"""softmax: for each line along the axis, the largest value, the exponentials, their sum, the quotients."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def softmax_forward(x: Array, dim: int) -> tuple[Array, tuple[Array, int]]:
    lines = np.moveaxis(np.atleast_1d(x), dim, -1)
    output = np.empty(lines.shape, x.dtype)
    for place in np.ndindex(lines.shape[:-1]):
        line = lines[place].tolist()
        largest = max(line, default=0.0)
        powers = [math.exp(value - largest) for value in line]
        total = 0.0
        for power in powers:
            total += power
        for i, power in enumerate(powers):
            output[(*place, i)] = power / total
    output = np.moveaxis(output, -1, dim).reshape(x.shape)
    return output, (output, dim)


@hookimpl
def softmax_backward(grad_output: Array, saved: tuple[Array, int]) -> tuple[Array]:
    output, dim = saved
    lines = np.moveaxis(np.atleast_1d(output), dim, -1)
    gradient_lines = np.moveaxis(np.atleast_1d(grad_output), dim, -1)
    grad_x = np.empty(lines.shape, output.dtype)
    for place in np.ndindex(lines.shape[:-1]):
        shares, gradients = lines[place].tolist(), gradient_lines[place].tolist()
        total = 0.0
        for share, gradient in zip(shares, gradients, strict=True):
            total += share * gradient
        with np.errstate(over="ignore"):
            for i, (share, gradient) in enumerate(zip(shares, gradients, strict=True)):
                grad_x[(*place, i)] = share * (gradient - total)
    return (np.moveaxis(grad_x, -1, dim).reshape(output.shape),)
