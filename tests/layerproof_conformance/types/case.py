"""A case is plain data: what a layer is asked, in a form from which the arrays can be rebuilt anywhere, and its id."""

from typing import Any, get_args

import msgspec

from layerproof import LayerProofError, find_layers
from layerproof_conformance.types.layout import Layout

Attribute = bool | int | float | str | tuple[int, ...] | None
SEPARATOR = ":"


class CaseError(LayerProofError):
    """An id that names no case."""


class Recipe(msgspec.Struct, frozen=True):
    """How one array is made: its shape, the name of a value profile, and how it lies in memory."""

    shape: tuple[int, ...]
    values: str = "normal"
    layout: Layout = "C"

    def __str__(self) -> str:
        size = "x".join(map(str, self.shape)) or "scalar"
        return f"{size}.{self.values}.{self.layout}"

    @classmethod
    def parse(cls, text: str) -> "Recipe":
        """Read what ``str`` wrote."""
        try:
            size, values, layout = text.split(".")
            shape = () if size == "scalar" else tuple(map(int, size.split("x")))
        except ValueError:
            raise CaseError(f"{text!r} is not an array: expected SHAPE.VALUES.LAYOUT, as in 2x3x8x8.normal.C") from None
        return cls(shape, values, _layout(layout))


class Case(msgspec.Struct, frozen=True):
    """One question to a plugin.

    A case either has its ``arrays`` and ``attributes``, or, if its values were written by hand or captured from a
    network, a ``source`` and a ``name``; all its arrays then have its ``layout``.
    """

    layer: str
    dtype: str
    seed: int
    source: str
    name: str = ""
    layout: Layout = "C"
    arrays: dict[str, Recipe | None] = {}
    attributes: dict[str, Attribute] = {}
    grad_values: str = "normal"
    grad_layout: Layout = "C"

    @property
    def id(self) -> str:
        """The text from which ``parse_id`` rebuilds the case; fit for a shell, a file name and a test id."""
        head = [self.layer, self.source, self.dtype]
        if self.name:
            return SEPARATOR.join([*head, self.name, self.layout, f"seed={self.seed}"])
        parts = [f"{name}={recipe or 'null'}" for name, recipe in self.arrays.items()]
        parts += [f"{name}={_spelled(value)}" for name, value in self.attributes.items()]
        return SEPARATOR.join([*head, *parts, f"grad={self.grad_values}.{self.grad_layout}", f"seed={self.seed}"])

    @property
    def size(self) -> int:
        """The number of elements of all arrays; 0 for a case with a name."""
        total = 0
        for recipe in self.arrays.values():
            elements = 1
            for length in recipe.shape if recipe else ():
                elements *= length
            total += elements
        return total


def parse_id(text: str) -> Case:
    """Rebuild a case from its id; raises CaseError, one line, for any other text."""
    layer, *rest = text.split(SEPARATOR)
    if layer not in find_layers():
        raise CaseError(f"{text!r} is no case id: {layer!r} is not a layer")
    if len(rest) < 3 or rest[1] not in ("float32", "float64"):
        raise CaseError(f"{text!r} is no case id: expected LAYER:SOURCE:DTYPE:...")
    source, dtype, *fields = rest
    named = [field for field in fields if "=" not in field]
    given = dict(field.split("=", 1) for field in fields if "=" in field)
    try:
        seed = int(given.pop("seed"))
        if named:
            name, layout = named
            return Case(layer, dtype, seed, source, name=name, layout=_layout(layout))
        grad_values, grad_layout = given.pop("grad").split(".")
    except (KeyError, ValueError):
        raise CaseError(f"{text!r} is no case id: its seed, name or grad cannot be read") from None
    arrays = {key: _array(value) for key, value in given.items() if key in find_layers()[layer].arrays}
    attributes = {key: _read(value) for key, value in given.items() if key not in arrays}
    missing = set(find_layers()[layer].arguments) - set(arrays) - set(attributes) - {"rng"}
    if missing:
        raise CaseError(f"{text!r} is no case id: it lacks {', '.join(sorted(missing))}")
    return Case(layer, dtype, seed, source, "", "C", arrays, attributes, grad_values, _layout(grad_layout))


def _array(text: str) -> Recipe | None:
    return None if text == "null" else Recipe.parse(text)


def _layout(text: str) -> Any:
    if text not in get_args(Layout):
        raise CaseError(f"{text!r} is not a layout; the layouts are {', '.join(get_args(Layout))}")
    return text


def _spelled(value: Attribute) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "x".join(map(str, value)) + ("x" if len(value) == 1 else "")
    return repr(value) if isinstance(value, float) else str(value)


def _read(text: str) -> Attribute:
    words: dict[str, Attribute] = {"null": None, "true": True, "false": False}
    if text in words:
        return words[text]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    if text[:1].isdigit() or text[:1] == "-":
        return tuple(int(part) for part in text.rstrip("x").split("x"))
    return text
