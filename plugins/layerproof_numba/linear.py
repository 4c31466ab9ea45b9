"""linear: output = x @ weight.T + bias, as matrix products whose sums stay in vector registers.

BLAS is not called, because its threads and Numba's would compete for the cores.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import flat, whole_steps
from layerproof_numba._compile import run

Array = NDArray[Any]

# For at most this many inputs and at least this many rows, transposing the weight first is 1.5 to 4 times faster.
FEW_INPUTS, MANY_ROWS = 128, 32


@hookimpl
def linear_forward(x: Array, weight: Array, bias: Array | None) -> tuple[Array, tuple[Array, Array, bool]]:
    outputs, inputs = weight.shape
    start = np.zeros(outputs, x.dtype) if bias is None else flat(bias)
    output = np.empty((math.prod(x.shape[:-1]), outputs), x.dtype)
    function = "by_few" if inputs <= FEW_INPUTS and len(output) >= MANY_ROWS else "by_rows"
    run("linear", function, x.dtype, x.size * outputs // 16, flat(x), flat(weight), start, output, inputs)
    return output.reshape(*x.shape[:-1], outputs), (x, weight, bias is not None)


@hookimpl
def linear_backward(
    grad_output: Array, saved: tuple[Array, Array, bool], needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    x, weight, has_bias = saved
    outputs, inputs = weight.shape
    gradient = whole_steps(grad_output).reshape(-1, outputs) if outputs else grad_output.reshape(-1, 0)
    work = x.size * outputs // 16
    grad_x = grad_weight = grad_bias = None
    if needs_input_grad[0]:
        grad_x = np.empty(x.shape, x.dtype)
        rows = grad_x.reshape(len(gradient), inputs)
        run("linear", "by_columns", x.dtype, work, gradient[:, :, None], flat(weight), rows)
    if needs_input_grad[1]:
        grad_weight = np.empty(weight.shape, x.dtype)
        run("linear", "by_columns", x.dtype, work, gradient.T[:, :, None], flat(x), grad_weight)
    if needs_input_grad[2] and has_bias:
        grad_bias = np.ascontiguousarray(gradient.T).sum(axis=1)
    return grad_x, grad_weight, grad_bias
