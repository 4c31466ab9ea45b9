"""What the losses share that have one value for each element: none, mean or sum of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def reduced(losses: Array, reduction: str) -> Array:
    if reduction == "none":
        return np.asarray(losses)
    total = np.ravel(losses, order="K").sum()  # in one piece, so that NumPy adds up in pairs
    return np.asarray(total / losses.size if reduction == "mean" else total)


def share(losses: Array, reduction: str) -> float:
    """What one element counts for: the derivative of the reduced value."""
    return 1 / max(losses.size, 1) if reduction == "mean" else 1
