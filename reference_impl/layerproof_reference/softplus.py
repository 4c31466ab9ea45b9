"""softplus: output = x where beta * x > threshold, and log(1 + exp(beta * x)) / beta elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._logistic import logistic

Array = NDArray[Any]


@hookimpl
def softplus_forward(x: Array, beta: float, threshold: float) -> tuple[Array, tuple[Array, float]]:
    with np.errstate(all="ignore"):
        z = x * beta
        # log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)): no overflow, and log1p keeps the left tail
        smooth = (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta
        return np.where(z > threshold, x, smooth), (z, threshold)


@hookimpl
def softplus_backward(
    grad_output: Array, saved: tuple[Array, float], needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    # d log(1 + exp(beta*x))/dx = beta * sigmoid(beta*x), and the division by beta takes beta away again.
    if not needs_input_grad[0]:
        return (None,)
    z, threshold = saved
    with np.errstate(all="ignore"):
        return (np.where(z > threshold, grad_output, grad_output * logistic(z)),)
