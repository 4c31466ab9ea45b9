"""What validation says of arguments that are not legal: each is one line with the argument and both values."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAIR = 2
Shape = tuple[int, ...]


def array(name: str, value: Any, or_none: bool = False) -> ValueError:
    """Not an array."""
    return ValueError(f"`{name}` must be a numpy.ndarray{' or None' * or_none}, got {type(value).__name__}")


def dtype(name: str, given: Any, asked: str) -> ValueError:
    """An array of another dtype or byte order."""
    return ValueError(f"`{name}`.dtype (={given}) must be {asked} in native byte order")


def other_dtype(name: str, given: Any, first: str, asked: Any) -> ValueError:
    """A floating-point array of another dtype than the first."""
    return ValueError(f"`{name}`.dtype (={given}) must equal `{first}`.dtype (={asked})")


def mask_dtype(name: str, given: Any, first: str, asked: Any) -> ValueError:
    """A mask that is neither bool nor of the dtype of the first array."""
    return ValueError(f"`{name}`.dtype (={given}) must be bool or `{first}`.dtype (={asked})")


def ndim(name: str, given: int, asked: str) -> ValueError:
    """An array of another number of axes."""
    return ValueError(f"`{name}`.ndim (={given}) must be {asked}")


def check_positive(name: str, shape: Shape, positive: Mapping[str, str], symbolic: str) -> None:
    """Raise ValueError where an axis that must not have the length 0 has it; ``positive`` has its name by place."""
    for place, axis in positive.items():
        if shape[int(place)] == 0:
            raise ValueError(f"`{name}`.shape (={shape}) must be at least 1 in {axis} {symbolic}")


def indivisible(length: int, axis: str, of: str, divisor: int, name: str) -> ValueError:
    """An attribute that does not divide the length of an axis."""
    return ValueError(f"`{name}` (={divisor}) must divide {axis} (={length}) of `{of}`")


def shape(name: str, given: Shape, expected: Sequence[tuple[slice, Shape]], symbolic: str, because: str) -> ValueError:
    """An array whose axes do not go with those of another array; ``expected`` has places and their lengths."""
    asked = list(given)
    for place, lengths in expected:
        asked[place] = lengths
    return ValueError(f"`{name}`.shape (={given}) must be {tuple(asked)}: {symbolic} with {because}")


def check_broadcast(name: str, given: Shape, full: Shape, symbolic: str) -> None:
    """Raise ValueError for a shape that does not broadcast to another one without enlarging it."""
    sizes = zip(reversed(given), reversed(full), strict=False)
    if len(given) > len(full) or any(size not in (1, length) for size, length in sizes):
        raise ValueError(f"`{name}`.shape (={given}) must broadcast to {full} {symbolic}, without enlarging it")


def check_indices(
    name: str, indices: NDArray[np.int64], end: int, axis: str, of: str, exception: str, excepted: int | None
) -> None:
    """Raise ValueError for an index outside 0 to end - 1 that is not the excepted value."""
    wrong = indices[(indices < 0) | (indices >= end)]
    if exception:
        wrong = wrong[wrong != excepted]
    if wrong.size:
        or_excepted = f", or `{exception}` (={excepted})" if exception else ""
        raise ValueError(f"`{name}` (={wrong[0]}) must be from 0 to {end - 1} for {axis}={end} of `{of}`{or_excepted}")


def generator(name: str, value: Any) -> ValueError:
    """Not a generator of random numbers."""
    return ValueError(f"`{name}` must be a numpy.random.Generator, got {type(value).__name__}")


def window(name: str, value: Any, axes: Sequence[str]) -> ValueError:
    """Not one int for each axis along which the window moves."""
    if len(axes) == PAIR:
        return ValueError(f"`{name}` must be a pair of ints (height, width), got {value!r}")
    return ValueError(f"`{name}` must be a tuple of {len(axes)} ints ({', '.join(axes)}), got {value!r}")


def window_too_small(name: str, value: Shape, minimum: int) -> ValueError:
    """A window with an int below the least."""
    where = "both directions" if len(value) == PAIR else "every direction"
    return ValueError(f"`{name}` (={value}) must be at least {minimum} in {where}")


def integer(name: str, value: Any) -> ValueError:
    """Not an int."""
    return ValueError(f"`{name}` must be an int, got {value!r}")


def too_small(name: str, value: int, minimum: int) -> ValueError:
    """An int below the least."""
    return ValueError(f"`{name}` (={value}) must be at least {minimum}")


def number(name: str, value: Any) -> ValueError:
    """Not a finite number."""
    return ValueError(f"`{name}` must be a finite float, got {value!r}")


def out_of_range(name: str, value: float, minimum: float, maximum: float) -> ValueError:
    """A number outside its range."""
    return ValueError(f"`{name}` (={value}) must be from {minimum} to {maximum}")


def beyond_dtype(name: str, value: float, of: str, given: Any, largest: float) -> ValueError:
    """A number that the dtype of an array cannot hold."""
    return ValueError(f"`{name}` (={value}) must be at most {largest} in size, for `{of}`.dtype (={given})")


def boolean(name: str, value: Any) -> ValueError:
    """Not a bool."""
    return ValueError(f"`{name}` must be True or False, got {value!r}")


def choice(name: str, value: Any, choices: Sequence[str]) -> ValueError:
    """Not one of a few words."""
    return ValueError(f"`{name}` (={value!r}) must be one of {', '.join(map(repr, choices))}")


def axis(name: str, value: int, axes: int) -> ValueError:
    """An axis that an array does not have; a 0-d array counts as one axis."""
    size = max(axes, 1)
    return ValueError(f"`{name}` (={value}) must be from {-size} to {size - 1} for an array of {axes} dimensions")


def lengths(name: str, value: Any) -> ValueError:
    """Not a tuple of ints, or an empty one."""
    if value == ():
        return ValueError(f"`{name}` (=()) must have at least one axis")
    return ValueError(f"`{name}` must be a tuple of ints, got {value!r}")
