"""A function to be compiled: for one dtype, with one signature, so that no layout of an input compiles it again."""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import types

OFFSETS = types.Array(types.intp, 1, "C")
INTEGER = types.intp
WINNERS = types.Array(types.uint8, 4, "C")

# Threads share out what is marked with prange and nothing else; Numba would look for more, and compile twice as long.
_ONLY_PRANGE = {
    "comprehension": False, "prange": True, "numpy": False, "reduction": False,
    "inplace_binop": False, "setitem": False, "stencil": False, "fusion": False,
}  # fmt: skip


def given(dimensions: int) -> Callable[[Any], Any]:
    """An input: any strides, only read."""
    return lambda element: types.Array(element, dimensions, "A", readonly=True)


def given_flat(element: Any) -> Any:
    """An input of one axis without gaps, only read."""
    return types.Array(element, 1, "C", readonly=True)


def own(dimensions: int) -> Callable[[Any], Any]:
    """An array that the plugin has made, without gaps."""
    return lambda element: types.Array(element, dimensions, "C")


class Kernel:
    """A function and the types of its parameters, some of them made from the dtype of the layer."""

    def __init__(self, function: Callable[..., Any], parameters: tuple[Any, ...], parallel: bool) -> None:
        self._function, self._parameters, self._parallel = (function, parameters, parallel)

    def build(self, dtype: np.dtype[Any]) -> Any:
        """Compile it for a dtype, or load it from the cache on disk."""
        element = numba.from_dtype(dtype)
        parameters = [one(element) if not isinstance(one, types.Type) else one for one in self._parameters]
        parallel = _ONLY_PRANGE if self._parallel else False
        return numba.njit([tuple(parameters)], cache=True, nogil=True, error_model="numpy", parallel=parallel)(
            self._function
        )


def kernel(*parameters: Any, parallel: bool = True) -> Callable[[Callable[..., Any]], Kernel]:
    """Declare the types of a function's parameters."""
    return lambda function: Kernel(function, parameters, parallel)
