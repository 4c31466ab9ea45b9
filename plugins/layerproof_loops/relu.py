"""relu: output = max(x, 0)."""

from typing import Any

from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_loops._numbers import to_array

Array = NDArray[Any]


@hookimpl
def relu_forward(x: Array) -> tuple[Array, Array]:
    output = []
    for value in x.ravel().tolist():
        if value <= 0:
            output.append(0.0)
        else:  # positive or NaN
            output.append(value)
    return to_array(output, x.shape, x.dtype), x


@hookimpl
def relu_backward(grad_output: Array, saved: Array) -> tuple[Array]:
    grad_x = []
    for value, gradient in zip(saved.ravel().tolist(), grad_output.ravel().tolist(), strict=True):
        if value <= 0:
            grad_x.append(0.0)
        else:
            grad_x.append(gradient)
    return (to_array(grad_x, saved.shape, saved.dtype),)
