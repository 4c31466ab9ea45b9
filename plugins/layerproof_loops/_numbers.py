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
    """Nested lists as an array; numbers that are too large for the dtype become infinite."""
    with np.errstate(over="ignore"):
        # nested lists cannot express the axes after an axis of length 0, so the shape is an argument
        return np.array(numbers, np.float64).astype(dtype).reshape(shape)
