"""Networks as data: a list of layers with the names and arguments of the contract."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layerproof.chain.axes import BATCH_AXIS, listed_axes
from layerproof.chain.errors import ChainError
from layerproof.chain.parameters import KERNEL_SIZE, OUTPUTS, parameter_names, size_words
from layerproof.chain.wiring import Wiring, wiring_of
from layerproof.layer import Layer
from layerproof.layers import find_layers
from layerproof.plugin_set import unknown_layer
from layerproof.roles import Kind, Role

LayerTable = str | Mapping[str, Any]
Layers = Sequence[LayerTable]
"""Layers in order: each a table with ``layer`` and its arguments, or the name alone where no argument is needed.

A table has the arguments of the contract that are no arrays. In addition it has ``outputs`` for layers whose weight
decides how many there are (convolutions, linear), ``kernel_size`` for convolutions, ``heads`` for attention, and
``weight`` or ``bias``, true or false, for layers that work without. One int stands for a pair of equal ones, the word
"classes" for the number of classes. ``normalized_shape`` is the last axis unless given. ``embedding`` adds a trained
row for each position to a sequence of rows; ``scaled_dot_product_attention`` takes rows that hold query, key and value
beside each other. A table ``{residual = [...]}`` adds the output of its layers to their input.
"""

CLASSES = "classes"
MODE = "training"
"""The attribute that says whether a network is trained or evaluated: whoever runs the chain gives it."""
HEADS = "heads"
CHAIN_DEFAULTS: dict[str, dict[str, Any]] = {"flatten": {"start_dim": 1}}
"""Where the neutral value of the contract does not fit: a chain leaves the batch alone."""


@dataclass(frozen=True)
class Definition:
    """A layer with complete arguments, and how many residual branches open before it and close behind it."""

    layer: str
    arguments: Mapping[str, Any]
    opens: int
    closes: int


@dataclass(frozen=True)
class Words:
    """What the table of a layer may hold: attributes, sizes of parameters, and switches for optional parameters."""

    attributes: tuple[str, ...]
    sizes: tuple[str, ...]
    switches: tuple[str, ...]

    @classmethod
    def of(cls, layer: Layer, wiring: Wiring) -> "Words":
        """The words of a layer, derived from the roles of its arguments."""
        attributes = [name for name, argument in layer.roles.items() if argument.role is Role.ATTRIBUTE]
        switches = [name for name in parameter_names(layer, wiring) if layer.roles[name].optional]
        return cls(
            tuple(name for name in attributes if name != MODE),
            (*size_words(layer, wiring), *([HEADS] if wiring.has_heads else [])),
            tuple(switches),
        )

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return self.attributes + self.sizes + self.switches


def flattened(layers: Layers, classes: int, name: str) -> list[Definition]:
    """The layers one behind another, with complete arguments; raises ChainError for what is no definition.

    Arguments:
        layers: the definition.
        classes: the number that the word "classes" stands for.
        name: of the model, for messages.
    """
    check_layers(layers, f"model {name}")
    definitions: list[Definition] = []
    for table, opens, closes in _walk(layers, 0, 0, name):
        where = f"layer {len(definitions) + 1} of the network"
        layer, given = _read(table, where)
        definitions.append(Definition(layer.name, _complete(layer, given, classes, where), opens, closes))
    return definitions


def check_layers(layers: Any, name: str) -> None:
    """Require a list of layers that is not empty; ``name`` is that of the model, for messages."""
    if not isinstance(layers, Sequence) or isinstance(layers, str):
        raise ChainError(f"{name}: the layers must be a list, but are a {type(layers).__name__}")
    if not layers:
        raise ChainError(f"{name}: has no layers")


def _walk(layers: Layers, opens: int, closes: int, name: str) -> Iterator[tuple[LayerTable, int, int]]:
    for position, table in enumerate(layers):
        before = opens if position == 0 else 0
        behind = closes if position == len(layers) - 1 else 0
        if isinstance(table, Mapping) and "residual" in table:
            if len(table) > 1:
                raise ChainError(f"model {name}: a residual has nothing beside its layers, but here {list(table)}")
            check_layers(table["residual"], f"model {name}: residual")
            yield from _walk(table["residual"], before + 1, behind + 1, name)
        else:
            yield table, before, behind


def _read(table: LayerTable, where: str) -> tuple[Layer, dict[str, Any]]:
    if isinstance(table, str):
        table = {"layer": table}
    if not isinstance(table, Mapping) or not isinstance(table.get("layer"), str):
        raise ChainError(f"{where} must be a name or a table with `layer`, but is {table!r}")
    name = table["layer"]
    if name not in find_layers():
        raise ChainError(f"{where}: {unknown_layer(name)}")
    layer = find_layers()[name]
    if "target" in layer.roles:
        raise ChainError(f"{where}, {name}, is a loss: training adds it behind the network")
    return layer, {key: value for key, value in table.items() if key != "layer"}


def _complete(layer: Layer, given: Mapping[str, Any], classes: int, where: str) -> dict[str, Any]:
    wiring = wiring_of(layer.name)
    words = Words.of(layer, wiring)
    for key in given:
        if key not in words.known:
            known = ", ".join(words.known) or "none"
            raise ChainError(f"{where}, {layer.name}, has no argument {key!r}; it has {known}")
    listing = listed_axes(wiring.axes)
    spatial = sum(axis not in (BATCH_AXIS, "C") for axis in wiring.axes)
    defaults = {**({HEADS: 1} if wiring.has_heads else {}), **CHAIN_DEFAULTS.get(layer.name, {})}
    arguments: dict[str, Any] = dict.fromkeys(words.switches, True)
    for key, value in {**defaults, **given}.items():
        kind = layer.roles[key].kind if key in layer.roles else Kind.WINDOW if key == KERNEL_SIZE else None
        arguments[key] = classes if key == OUTPUTS and value == CLASSES else _value(kind, value, spatial)
    neutral = {key: value for key, value in layer.completed(arguments).items() if key in words.attributes}
    complete = {**neutral, **arguments}
    missing = [key for key in words.known if key not in complete and key not in listing]
    if missing:
        raise ChainError(f"{where}, {layer.name}, lacks {', '.join(missing)}")
    for word in words.switches:
        if type(complete[word]) is not bool:
            raise ChainError(f"{where}, {layer.name}: `{word}` must be true or false, got {complete[word]!r}")
    for word in words.sizes:
        _check_size(word, complete[word], spatial, f"{where}, {layer.name}")
    return complete


def _check_size(word: str, value: Any, spatial: int, where: str) -> None:
    if word == KERNEL_SIZE:
        if type(value) is not tuple or len(value) != spatial or not all(_is_size(length) for length in value):
            raise ChainError(f"{where}: `{word}` must be {spatial} ints of at least 1, got {value!r}")
    elif not _is_size(value):
        raise ChainError(f"{where}: `{word}` must be an int of at least 1, got {value!r}")


def _is_size(value: Any) -> bool:
    return type(value) is int and value >= 1


def _value(kind: Kind | None, value: Any, spatial: int) -> Any:
    """A value as the contract has it: tuples in place of lists, and in place of one int that stands for all."""
    if type(value) is int and kind in (Kind.WINDOW, Kind.LENGTHS):
        return (value,) * (spatial if kind is Kind.WINDOW else 1)
    return tuple(value) if isinstance(value, list) else value
