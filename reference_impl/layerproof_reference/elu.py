"""elu: output = x where x > 0, and alpha * (exp(x) - 1) elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def elu_forward(x: Array, alpha: float) -> tuple[Array, tuple[Array, float]]:
    with np.errstate(all="ignore"):
        # the minimum keeps the branch that is not taken from overflowing; expm1 keeps what exp(x) - 1 cancels
        return np.where(x < 0, alpha * np.expm1(np.minimum(x, 0)), x), (x, alpha)


@hookimpl
def elu_backward(grad_output: Array, saved: tuple[Array, float], needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # d(alpha * (exp(x) - 1))/dx = alpha * exp(x); at 0, where the branches meet, PyTorch takes that one.
    if not needs_input_grad[0]:
        return (None,)
    x, alpha = saved
    with np.errstate(all="ignore"):
        return (np.where(x > 0, grad_output, grad_output * alpha * np.exp(np.minimum(x, 0))),)
