"""The symbolic axes of what a layer is given in a chain, which is without the batch."""

from collections.abc import Mapping
from typing import Any

from layerproof.chain.errors import ShapeError
from layerproof.roles import LISTED
from layerproof.shapes import AXIS_NAMES, Shape, axis_lengths

BATCH_AXIS = "N"


def image_axis_lengths(axes: tuple[str, ...], shape: Shape, attributes: Mapping[str, Any]) -> dict[str, Shape]:
    """The length of each axis but that of the batch; raises ShapeError for a shape that does not have these axes."""
    axes = axes[1:] if axes[:1] == (BATCH_AXIS,) else axes
    try:
        return axis_lengths(axes, shape, attributes)
    except ValueError:
        raise ShapeError(f"needs {' x '.join(AXIS_NAMES.get(axis, axis) for axis in axes)}") from None


def listed_axes(axes: tuple[str, ...]) -> tuple[str, ...]:
    """The attributes that list axes, as normalized_shape does in "... *normalized_shape"."""
    return tuple(axis.removeprefix(LISTED) for axis in axes if axis.startswith(LISTED))


def shape_text(shape: Shape) -> str:
    """A shape for a reader, as "1 x 28 x 28"."""
    return " x ".join(map(str, shape))
