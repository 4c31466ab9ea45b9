"""Validation of a layer's forward arguments, compiled from their roles.

Validation runs before every hook call, so it costs no more than checks written by hand: from the roles a function is
made as Python source, one statement a check, and compiled when the layer is read. What a check refuses it says with
a function of ``refusals``, in one line that names the argument, what was given and what is asked for.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from layerproof.roles import Argument, Kind, Role
from layerproof.validation import refusals
from layerproof.validation.arrays import ArrayStatements
from layerproof.validation.attributes import attribute_statements

BEFORE_ARRAYS = (Kind.INT, Kind.BOOL, Kind.CHOICE, Kind.LENGTHS)
"""Attributes that need no array to be checked, while shapes of arrays may depend on them."""
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
NAMES = {
    "LARGEST": {dtype: float(np.finfo(dtype).max) for dtype in FLOATS},
    "Generator": np.random.Generator,
    "bool_dtype": np.dtype(np.bool_),
    "float32": FLOATS[0],
    "float64": FLOATS[1],
    "floats": FLOATS,
    "inf": float("inf"),
    "int64": np.dtype(np.int64),
    "ndarray": np.ndarray,
    "refusals": refusals,
    "uint64": np.uint64,
}
"""What the statements use beside the arguments."""


def compile_validation(
    layer: str, arguments: Mapping[str, Argument], layer_check: Callable[..., None] | None
) -> Callable[..., None]:
    """A function of the forward arguments that raises ValueError for what the layer does not take.

    Arguments:
        layer: its name.
        arguments: the roles of the layer's arguments.
        layer_check: what only this layer knows; called last, with those arguments that its signature names.
    """
    clash = [name for name in arguments if name in NAMES or name == "layer_check"]
    if clash:
        raise ValueError(f"{layer}: no argument can have the name {clash[0]}")
    lines = [f"    {line}" for line in _statements(arguments)]
    if layer_check is not None:
        lines.append(f"    layer_check({', '.join(inspect.signature(layer_check).parameters)})")
    source = "\n".join([f"def validate({', '.join(arguments)}):", *lines])
    names: dict[str, Any] = {**NAMES, "layer_check": layer_check}
    exec(compile(source, f"<validation of {layer}>", "exec"), names)
    validate: Callable[..., None] = names["validate"]
    validate.__doc__ = f"Raise ValueError for what {layer} does not take."
    return validate


def _statements(arguments: Mapping[str, Argument]) -> Iterator[str]:
    spatial = _spatial_axes(arguments)
    attributes = [argument for argument in arguments.values() if argument.role == Role.ATTRIBUTE]
    for argument in attributes:
        if argument.kind in BEFORE_ARRAYS:
            yield from attribute_statements(argument, spatial)
    arrays = ArrayStatements()
    for argument in arguments.values():
        if argument.is_array:
            yield from arrays.of(argument)
    for argument in arguments.values():
        if argument.below:
            yield from arrays.range_of(argument)
        elif argument.role == Role.GENERATOR:
            yield f"if not isinstance({argument.name}, Generator):"
            yield f"    raise refusals.generator({argument.name!r}, {argument.name})"
    for argument in attributes:
        if argument.kind not in BEFORE_ARRAYS:
            yield from attribute_statements(argument, spatial)


def _spatial_axes(arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    """The axes behind N and C of the first array, along which windows move."""
    return next((argument.axes[2:] for argument in arguments.values() if argument.is_array), ())
