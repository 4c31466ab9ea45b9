"""Keep the values of an array where a mask is true, and set the others to 0."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def kept(values: Array, mask: NDArray[np.bool_]) -> Array:
    """The values where the mask is true, 0 elsewhere."""
    # np.where branches for each value, which takes 20 times as long if half of the branches are mispredicted
    if np.isfinite(values).all():
        return values * mask
    return np.where(mask, values, values.dtype.type(0))
