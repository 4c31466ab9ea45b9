"""Lay arrays out in memory as a case asks for."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.types.layout import Layout

FILL = 77  # lies between and around the elements of a view, so that reading or writing there shows


def values_in_layout(array: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """The values as they will be in this layout: a broadcast array repeats its first entry, all others keep theirs."""
    if layout == "broadcast" and array.ndim and array.shape[0] > 1:
        return np.repeat(array[:1], array.shape[0], axis=0)
    return array


def lay_out(array: NDArray[Any], layout: Layout) -> tuple[NDArray[Any], NDArray[Any]]:
    """A copy of ``array`` that lies in memory as asked, and the whole buffer that it lies in."""
    if layout == "broadcast" and array.ndim and array.shape[0] > 1:
        buffer = array[:1].copy()
        return np.broadcast_to(buffer, array.shape), buffer
    if array.ndim == 0 or layout in ("C", "broadcast"):
        buffer = np.array(array, order="C")
        return buffer, buffer
    if layout == "F":
        buffer = np.array(array, order="F")
        return buffer, buffer
    view, buffer = _VIEWS[layout](array)
    view[...] = array
    return view, buffer


def _empty(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    return np.full(shape, FILL, dtype)


def _negative(array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    buffer = _empty(array.shape, array.dtype)
    return buffer[(slice(None, None, -1),) * array.ndim], buffer


def _strided(array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    buffer = _empty(tuple(2 * length + 1 for length in array.shape), array.dtype)
    return buffer[tuple(slice(1, 2 * length + 1, 2) for length in array.shape)], buffer


def _offset(array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    buffer = _empty((array.size + 4,), array.dtype)
    return buffer[3 : 3 + array.size].reshape(array.shape), buffer


def _transposed(array: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    axes = (*range(1, array.ndim), 0)  # the first axis lies innermost
    buffer = _empty(tuple(array.shape[axis] for axis in axes), array.dtype)
    return buffer.transpose((array.ndim - 1, *range(array.ndim - 1))), buffer


_VIEWS = {"negative": _negative, "strided": _strided, "offset": _offset, "transposed": _transposed}
