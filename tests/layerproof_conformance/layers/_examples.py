"""Arrays for examples and edges: the same ones each time."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Edges = dict[str, Mapping[str, Any]]

NAN_AND_INF = np.array([np.nan, np.inf, -np.inf, 1.0, -1.0, 0.0, -0.0, 0.5])


def numbers(*shape: int) -> Array:
    """Normal numbers, other ones for another shape."""
    return np.random.default_rng(shape).standard_normal(shape)


def ramp(*shape: int) -> Array:
    """0, 1, 2, ... in row-major order."""
    return np.arange(float(np.prod(shape))).reshape(shape)


def with_value_at(array: Array, index: int, value: float) -> Array:
    """The array with another value at one place, counted in row-major order."""
    changed = array.astype(np.float64)
    changed.flat[index] = value
    return changed
