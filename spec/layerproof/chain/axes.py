"""The lengths of symbolic axes: read off the shape of an input, and put into the shape of another array."""

from collections.abc import Mapping
from typing import Any

from layerproof.chain.errors import ShapeError

Shape = tuple[int, ...]

_NAMES = {"C": "channels", "D": "depth", "H": "height", "W": "width", "O": "outputs"}


def axis_lengths(axes: tuple[str, ...], shape: Shape) -> dict[str, int]:
    """The length of each named axis of an array.

    Arguments:
        axes: as in a specification; a leading "N" is the batch.
        shape: of the array, without the batch.

    Raises ShapeError for a shape that does not have these axes.
    """
    axes = axes[1:] if axes[:1] == ("N",) else axes
    named = [axis for axis in axes if not _is_open(axis)]
    if len(shape) < len(named) or (len(shape) > len(named) == len(axes)):
        raise ShapeError(f"needs {' x '.join(_NAMES.get(axis, axis) for axis in axes)}")
    begins_open = bool(axes) and _is_open(axes[0])
    lengths = shape[len(shape) - len(named) :] if begins_open else shape[: len(named)]
    return dict(zip(named, lengths, strict=True))


def array_shape(axes: tuple[str, ...], lengths: Mapping[str, int], attributes: Mapping[str, Any]) -> Shape:
    """The shape of an array with these axes; raises ValueError where a length cannot be divided as they say."""
    shape: list[int] = []
    for axis in axes:
        whole, _, divisor = axis.partition("/")
        if axis.startswith("*"):
            shape += attributes[axis[1:]]
        elif divisor:
            shape.append(_quotient(whole, lengths[whole], divisor, attributes[divisor]))
        else:
            shape.append(lengths[axis])
    return tuple(shape)


def listed_axes(axes: tuple[str, ...]) -> tuple[str, ...]:
    """The attributes that list axes, as normalized_shape does in "... *normalized_shape"."""
    return tuple(axis[1:] for axis in axes if axis.startswith("*"))


def shape_text(shape: Shape) -> str:
    """A shape for a reader, as "1 x 28 x 28"."""
    return " x ".join(map(str, shape))


def _is_open(axis: str) -> bool:
    return axis == "..." or axis.startswith("*")


def _quotient(axis: str, length: int, name: str, divisor: Any) -> int:
    if type(divisor) is not int or divisor < 1:
        raise ValueError(f"`{name}` must be an int of at least 1, got {divisor!r}")
    if length % divisor:
        raise ValueError(f"`{name}` (={divisor}) must divide the {_NAMES.get(axis, axis)} (={length})")
    return length // divisor
