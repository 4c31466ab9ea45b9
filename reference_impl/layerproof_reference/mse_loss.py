"""mse_loss: output = (x - target)**2, reduced to its mean or sum, or not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_reference._reduction import reduced, share

Array = NDArray[Any]


@hookimpl
def mse_loss_forward(x: Array, target: Array, reduction: str) -> tuple[Array, tuple[Array, str]]:
    with np.errstate(all="ignore"):
        difference = np.asarray(x - target)
        return reduced(difference * difference, reduction), (difference, reduction)


@hookimpl
def mse_loss_backward(
    grad_output: Array, saved: tuple[Array, str], needs_input_grad: tuple[bool, bool]
) -> tuple[Array | None, Array | None]:
    # d(x - target)**2 = 2 * (x - target) * (dx - dtarget), and a mean divides it by the number of elements.
    if not any(needs_input_grad):
        return None, None
    difference, reduction = saved
    with np.errstate(all="ignore"):
        grad_x = np.asarray(2 * share(difference, reduction) * difference * grad_output)
        return grad_x if needs_input_grad[0] else None, np.asarray(-grad_x) if needs_input_grad[1] else None
