"""dropout: output = x * mask / (1 - p) in training, and x in evaluation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


@hookimpl
def dropout_forward(
    x: Array, p: float, training: bool, rng: np.random.Generator
) -> tuple[Array, tuple[Array, float] | None]:
    if not training:
        return x, None
    # random() is below 1 and at least 0, so that p = 0 keeps all and p = 1 none; always float64, so that the
    # dtype of x does not change the mask
    mask = rng.random(x.shape) >= p
    return _dropped(x, mask, p), (mask, p)


@hookimpl
def dropout_backward(
    grad_output: Array, saved: tuple[Array, float] | None, needs_input_grad: tuple[bool]
) -> tuple[Array | None]:
    # output = x * mask / (1 - p), element by element, so grad_x = grad_output * mask / (1 - p).
    if not needs_input_grad[0]:
        return (None,)
    return (grad_output if saved is None else _dropped(grad_output, *saved),)


def _dropped(values: Array, mask: Array, p: float) -> Array:
    with np.errstate(all="ignore"):
        masked = values * mask  # a product and not np.where, because a dropped NaN is NaN in PyTorch
        return np.asarray(masked if p == 1 else masked / (1 - p))
