"""The reductions of losses that have one value for each element: "none", "mean" and "sum"."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def reduced(losses: Array, reduction: str) -> Array:
    if reduction == "none":
        return np.asarray(losses)
    total = np.ravel(losses, order="K").sum()  # of one contiguous array, which NumPy sums pairwise
    return np.asarray(total / losses.size if reduction == "mean" else total)


def share(losses: Array, reduction: str) -> float:
    """The derivative of the reduced loss with respect to the loss of one element."""
    return 1 / max(losses.size, 1) if reduction == "mean" else 1
