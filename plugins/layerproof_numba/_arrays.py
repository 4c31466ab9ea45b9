"""Bring inputs into the form that the compiled loops take."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def whole_steps(array: Array) -> Array:
    """The array, or a copy if its strides are not multiples of the size of an element."""
    if array.flags.c_contiguous and array.flags.aligned:
        return array
    if array.flags.aligned and not any(stride % array.itemsize for stride in array.strides):
        return array
    return np.array(array, order="C")


def with_rows(array: Array) -> Array:
    """The array, or a copy if the values of a row are not contiguous."""
    array = whole_steps(array)
    if array.ndim and array.strides[-1] != array.itemsize:
        return np.array(array, order="C")
    return array


def flat(array: Array) -> Array:
    """All values in order, as one axis without gaps."""
    if array.flags.c_contiguous and array.flags.aligned:
        return array.reshape(-1)
    return np.ascontiguousarray(whole_steps(array)).reshape(-1)
