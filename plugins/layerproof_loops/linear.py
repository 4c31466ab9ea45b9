"""linear: a loop over rows, outputs and inputs."""

import math
from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_loops._numbers import to_array, zeros

Array = NDArray[Any]


@hookimpl
def linear_forward(x: Array, weight: Array, bias: Array | None) -> tuple[Array, tuple[Array, Array, bool]]:
    rows, outputs, inputs = math.prod(x.shape[:-1]), weight.shape[0], weight.shape[1]
    x_numbers = x.reshape(rows, inputs).tolist()
    weight_numbers = weight.tolist()
    bias_numbers = zeros(outputs) if bias is None else bias.tolist()
    output = zeros(rows, outputs)
    for n in range(rows):
        for o in range(outputs):
            total = bias_numbers[o]
            for i in range(inputs):
                total += x_numbers[n][i] * weight_numbers[o][i]
            output[n][o] = total
    return to_array(output, (*x.shape[:-1], outputs), x.dtype), (x, weight, bias is not None)


@hookimpl
def linear_backward(grad_output: Array, saved: tuple[Array, Array, bool]) -> tuple[Array | None, ...]:
    x, weight, has_bias = saved
    rows, outputs, inputs = math.prod(x.shape[:-1]), weight.shape[0], weight.shape[1]
    x_numbers = x.reshape(rows, inputs).tolist()
    weight_numbers = weight.tolist()
    gradients = grad_output.reshape(rows, outputs).tolist()
    grad_x, grad_weight, grad_bias = zeros(rows, inputs), zeros(outputs, inputs), zeros(outputs)
    for n in range(rows):
        for o in range(outputs):
            gradient = gradients[n][o]
            grad_bias[o] += gradient
            for i in range(inputs):
                grad_x[n][i] += gradient * weight_numbers[o][i]
                grad_weight[o][i] += gradient * x_numbers[n][i]
    return (
        to_array(grad_x, x.shape, x.dtype),
        to_array(grad_weight, weight.shape, x.dtype),
        to_array(grad_bias, (outputs,), x.dtype) if has_bias else None,
    )
