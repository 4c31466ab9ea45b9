"""sigmoid: output = 1 / (1 + exp(-x))."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._logistic import logistic

Array = NDArray[Any]


@hookimpl
def sigmoid_forward(x: Array) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        output = np.asarray(logistic(x))
    return output, output


@hookimpl
def sigmoid_backward(grad_output: Array, saved: Array, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # With s = 1 / (1 + e), e = exp(-x):  ds/dx = e / (1 + e)**2 = (1 - s) * s.
    if not needs_input_grad[0]:
        return (None,)
    with np.errstate(all="ignore"):
        return (np.asarray(grad_output * (1 - saved) * saved),)
