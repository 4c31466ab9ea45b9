"""elu: output = x where x > 0, and alpha * (exp(x) - 1) elsewhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def elu_forward(x: Array, alpha: float) -> tuple[Array, tuple[Array, float]]:
    with np.errstate(all="ignore"):
        # np.minimum keeps the branch that is not used from overflowing; exp(x) - 1 would cancel where expm1 does not
        return np.where(x < 0, alpha * np.expm1(np.minimum(x, 0)), x), (x, alpha)


@hookimpl
def elu_backward(grad_output: Array, saved: tuple[Array, float], needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # d(alpha * (exp(x) - 1))/dx = alpha * exp(x); at x = 0 PyTorch uses this branch.
    if not needs_input_grad[0]:
        return (None,)
    x, alpha = saved
    with np.errstate(all="ignore"):
        return (np.where(x > 0, grad_output, grad_output * alpha * np.exp(np.minimum(x, 0))),)
