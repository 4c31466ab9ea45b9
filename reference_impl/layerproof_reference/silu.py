"""silu: output = x * sigmoid(x)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._logistic import logistic

Array = NDArray[Any]


@hookimpl
def silu_forward(x: Array) -> tuple[Array, Array]:
    with np.errstate(all="ignore"):
        return np.asarray(x * logistic(x)), x


@hookimpl
def silu_backward(grad_output: Array, saved: Array, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # With s = sigmoid(x), ds/dx = s * (1 - s):  d(x*s)/dx = s + x * s * (1 - s) = s * (1 + x * (1 - s)),
    # and 1 - s = sigmoid(-x), which does not cancel on the right.
    if not needs_input_grad[0]:
        return (None,)
    with np.errstate(all="ignore"):
        return (np.asarray(grad_output * (logistic(saved) * (1 + saved * logistic(-saved)))),)
