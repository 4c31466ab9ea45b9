"""What layer_norm and rms_norm share: normalized_shape is the end of the shape of x, and that of the parameters."""

from typing import Any

from layerproof.layers._arguments import Array, check_float_array, check_like


def check_normalized_shape(x: Array, normalized_shape: Any, **parameters: Array | None) -> None:
    """Require a non-empty tuple of ints equal to the last axes of ``x``, and parameters of just this shape."""
    check_float_array("x", x)
    if type(normalized_shape) is not tuple or any(type(length) is not int for length in normalized_shape):
        raise ValueError(f"`normalized_shape` must be a tuple of ints, got {normalized_shape!r}")
    if not normalized_shape:
        raise ValueError("`normalized_shape` (=()) must have at least one axis")
    if x.shape[-len(normalized_shape) :] != normalized_shape:
        raise ValueError(f"`normalized_shape` (={normalized_shape}) must equal the last axes of `x`.shape (={x.shape})")
    for name, value in parameters.items():
        if value is not None:
            check_like(name, value, x, normalized_shape, "like `normalized_shape`")
