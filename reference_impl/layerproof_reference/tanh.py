"""tanh: output = (exp(x) - exp(-x)) / (exp(x) + exp(-x))."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def tanh_forward(x: Array) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        output = np.asarray(np.tanh(x))
    return output, output


@hookimpl
def tanh_backward(grad_output: Array, saved: Array, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # With s = sinh(x), c = cosh(x):  d(s/c)/dx = (c*c - s*s) / (c*c) = 1 - (s/c)**2.
    if not needs_input_grad[0]:
        return (None,)
    with np.errstate(all="ignore"):
        return (np.asarray(grad_output * (1 - saved * saved)),)
