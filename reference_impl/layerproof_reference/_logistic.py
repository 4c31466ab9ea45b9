"""The logistic function 1 / (1 + exp(-x)), which sigmoid, silu, gelu, softplus and the binary cross entropy share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def logistic(x: Array) -> Array:
    # exp of -|x| cannot overflow, and exp(x) / (1 + exp(x)) is the same function, which keeps the left tail
    power = np.exp(-np.abs(x))
    shares: Array = np.where(x >= 0, 1, power) / (1 + power)
    return shares
