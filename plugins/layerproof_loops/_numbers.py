"""Arrays as nested lists of Python floats, and back.

Python computes with 64 bits, and reads a list several times faster than it reads single elements of an array.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def zeros(*shape: int) -> Any:
    """Nested lists of zeros."""
    return np.zeros(shape).tolist()


def to_array(numbers: Any, shape: Sequence[int], dtype: Any) -> Array:
    """Numbers as an array; what is too large for the dtype becomes infinite."""
    with np.errstate(over="ignore"):
        # the shape is given, because nested lists lose what is behind an axis of length 0
        return np.array(numbers, np.float64).astype(dtype).reshape(shape)
