"""Checks of arguments that several layers share; each raises ValueError naming the argument and both values."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FLOAT_DTYPES = (np.dtype(np.float32), np.dtype(np.float64))
Array = NDArray[Any]
Pair = tuple[int, int]


def check_float_array(name: str, value: Any, ndim: int | None = None, axes: str = "") -> None:
    """Require a float32 or float64 array in native byte order, of ``ndim`` dimensions if given."""
    if not isinstance(value, np.ndarray):
        raise ValueError(f"`{name}` must be a numpy.ndarray, got {type(value).__name__}")
    if value.dtype not in FLOAT_DTYPES:
        raise ValueError(f"`{name}`.dtype (={value.dtype}) must be float32 or float64 in native byte order")
    if ndim is not None and value.ndim != ndim:
        raise ValueError(f"`{name}`.ndim (={value.ndim}) must be {ndim}{f' {axes}' if axes else ''}")


def check_like(name: str, value: Any, x: Array, shape: Sequence[int], because: str, x_name: str = "x") -> None:
    """Require an array with the dtype of ``x`` and exactly this shape."""
    check_float_array(name, value)
    if value.dtype != x.dtype:
        raise ValueError(f"`{name}`.dtype (={value.dtype}) must equal `{x_name}`.dtype (={x.dtype})")
    if value.shape != tuple(shape):
        raise ValueError(f"`{name}`.shape (={value.shape}) must be {tuple(shape)} {because}")


def check_int64_array(name: str, value: Any, ndim: int | None = None) -> None:
    """Require an int64 array in native byte order, of ``ndim`` dimensions if given."""
    if not isinstance(value, np.ndarray):
        raise ValueError(f"`{name}` must be a numpy.ndarray, got {type(value).__name__}")
    if value.dtype != np.int64 or not value.dtype.isnative:
        raise ValueError(f"`{name}`.dtype (={value.dtype}) must be int64 in native byte order")
    if ndim is not None and value.ndim != ndim:
        raise ValueError(f"`{name}`.ndim (={value.ndim}) must be {ndim}")


def check_int(name: str, value: Any, minimum: int | None = None) -> None:
    """Require a Python int, at least ``minimum`` if given."""
    if type(value) is not int:
        raise ValueError(f"`{name}` must be an int, got {value!r}")
    if minimum is not None and value < minimum:
        raise ValueError(f"`{name}` (={value}) must be at least {minimum}")


def check_pair(name: str, value: Any, minimum: int) -> None:
    """Require a tuple of two ints (height, width), each at least ``minimum``."""
    if type(value) is not tuple or len(value) != 2 or type(value[0]) is not int or type(value[1]) is not int:
        raise ValueError(f"`{name}` must be a pair of ints (height, width), got {value!r}")
    if value[0] < minimum or value[1] < minimum:
        raise ValueError(f"`{name}` (={value}) must be at least {minimum} in both directions")


def check_bool(name: str, value: Any) -> None:
    """Require a Python bool."""
    if type(value) is not bool:
        raise ValueError(f"`{name}` must be True or False, got {value!r}")


def check_float(name: str, value: Any) -> None:
    """Require a finite Python number."""
    if type(value) not in (int, float) or not -math.inf < value < math.inf:
        raise ValueError(f"`{name}` must be a finite float, got {value!r}")


def check_one_of(name: str, value: Any, choices: Sequence[str]) -> None:
    """Require one of a few words."""
    if value not in choices:
        raise ValueError(f"`{name}` (={value!r}) must be one of {', '.join(map(repr, choices))}")


def check_axis(name: str, value: Any, ndim: int) -> None:
    """Require an axis of an array of ``ndim`` dimensions, counted from either end (a 0-d array counts as 1-d)."""
    check_int(name, value)
    size = max(ndim, 1)
    if not -size <= value < size:
        raise ValueError(f"`{name}` (={value}) must be from {-size} to {size - 1} for an array of {ndim} dimensions")
