"""leaky_relu: output = x where x > 0, and negative_slope * x elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def leaky_relu_forward(x: Array, negative_slope: float) -> tuple[Array, tuple[Array, float]]:
    with np.errstate(all="ignore"):
        return np.where(x > 0, x, x * negative_slope), (x, negative_slope)


@hookimpl
def leaky_relu_backward(
    grad_output: Array, saved: tuple[Array, float], needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    # The slope is 1 for x > 0 and negative_slope for x < 0; at x = 0 PyTorch uses negative_slope.
    if not needs_input_grad[0]:
        return (None,)
    x, negative_slope = saved
    with np.errstate(all="ignore"):
        return (np.where(x > 0, grad_output, grad_output * negative_slope),)
