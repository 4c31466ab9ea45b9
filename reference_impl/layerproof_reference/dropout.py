"""dropout: output = x * mask / (1 - p) in training, and x in evaluation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def dropout_forward(x: Array, p: float, training: bool, rng: np.random.Generator) -> tuple[Array, Array | None]:
    if not training:
        return x, None
    # random() is below 1 and at least 0, so that p = 0 keeps all and p = 1 none; always float64, so that the
    # dtype of x does not change the mask
    kept = rng.random(x.shape) >= p
    # as a factor and not a choice: a dropped NaN is NaN in PyTorch
    factor = np.where(kept, np.asarray(1 / (1 - p) if p < 1 else 0, x.dtype), np.asarray(0, x.dtype))
    with np.errstate(all="ignore"):
        return np.asarray(x * factor), factor


@hookimpl
def dropout_backward(grad_output: Array, saved: Array | None, needs_input_grad: tuple[bool]) -> tuple[Array | None]:
    # output = x * factor, element by element, so grad_x = grad_output * factor.
    if not needs_input_grad[0]:
        return (None,)
    if saved is None:
        return (grad_output,)
    with np.errstate(all="ignore"):
        return (np.asarray(grad_output * saved),)
