"""Keep some values of an array and put 0 for the others."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def kept(values: Array, mask: NDArray[np.bool_]) -> Array:
    """The values where the mask is true, 0 elsewhere."""
    # np.where decides for each value, and a processor that guesses wrong half of the time takes 20 times as long
    if np.isfinite(values).all():
        return values * mask
    return np.where(mask, values, values.dtype.type(0))
