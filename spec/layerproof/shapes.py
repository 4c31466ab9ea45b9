"""Shapes of arrays and their symbolic axes: lengths are read off one array and put together to the shape of another."""

from collections.abc import Mapping
from typing import Any

from layerproof.roles import ANY_AXES, LISTED

Shape = tuple[int, ...]

DIVIDED = "/"
"""Stands between the name of a length and the attribute that divides it."""
AXIS_NAMES = {"C": "channels", "D": "depth", "H": "height", "W": "width", "O": "outputs"}
"""Axes in words, for messages."""


def axis_lengths(axes: tuple[str, ...], shape: Shape, attributes: Mapping[str, Any]) -> dict[str, Shape]:
    """The length of each axis of an array by its symbolic name, and the lengths of those that dots or a list stand for.

    Raises ValueError for a shape that does not have these axes.
    """
    counts = [len(attributes[word.removeprefix(LISTED)]) if word.startswith(LISTED) else 1 for word in axes]
    if ANY_AXES in axes:
        counts[axes.index(ANY_AXES)] += len(shape) - sum(counts)
    if sum(counts) != len(shape) or min(counts, default=0) < 0:
        raise ValueError(f"a shape of {len(shape)} axes must be {' x '.join(axes)}")
    lengths, start = {}, 0
    for word, count in zip(axes, counts, strict=True):
        name, _, divisor = word.partition(DIVIDED)
        factor = attributes[divisor] if divisor else 1
        lengths[name] = tuple(length * factor for length in shape[start : start + count])
        start += count
    return lengths


def array_shape(axes: tuple[str, ...], lengths: Mapping[str, Shape], attributes: Mapping[str, Any]) -> Shape:
    """The shape of an array with these axes; raises ValueError where an attribute does not divide a length."""
    shape: list[int] = []
    for word in axes:
        name, _, divisor = word.partition(DIVIDED)
        if word.startswith(LISTED):
            shape += attributes[word.removeprefix(LISTED)]
        elif divisor:
            shape += (_quotient(name, length, divisor, attributes[divisor]) for length in lengths[name])
        else:
            shape += lengths[name]
    return tuple(shape)


def _quotient(axis: str, length: int, name: str, divisor: Any) -> int:
    if type(divisor) is not int or divisor < 1:
        raise ValueError(f"`{name}` must be an int of at least 1, got {divisor!r}")
    if length % divisor:
        raise ValueError(f"`{name}` (={divisor}) must divide the {AXIS_NAMES.get(axis, axis)} (={length})")
    return length // divisor
