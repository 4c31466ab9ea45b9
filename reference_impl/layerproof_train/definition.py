"""Networks as data: a list of layers, or a TOML file that holds one, with the names and arguments of the contract."""

import inspect
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layerproof import find_layers
from layerproof.plugin_set import unknown_layer
from layerproof_train.errors import TrainingError

LayerTable = str | Mapping[str, Any]
Layers = Sequence[LayerTable]
"""Layers in order: each a table with ``layer`` and its arguments, or the name alone of one that needs none.

Beside the contract's arguments that are no arrays, ``conv2d``, ``conv_transpose2d`` and ``linear`` have ``outputs``,
the convolutions ``kernel_size`` and attention ``heads``; what has a bias or weight may leave it out (``bias = false``).
One int stands for a pair of them, the word "classes" for the number of classes. ``embedding`` adds to a sequence what
it has learned of each position; ``scaled_dot_product_attention`` takes rows that hold query, key and value beside
each other. A table ``{residual = [...]}`` adds what its layers give to what they are given.
"""

CLASSES = "classes"
OWN_WORDS = {
    "conv2d": ("outputs", "kernel_size", "bias"),
    "conv_transpose2d": ("outputs", "kernel_size", "bias"),
    "linear": ("outputs", "bias"),
    "batch_norm": ("weight", "bias"),
    "group_norm": ("weight", "bias"),
    "layer_norm": ("weight", "bias"),
    "rms_norm": ("weight",),
    "embedding": (),
    "scaled_dot_product_attention": ("heads",),
}
DEFAULTS: dict[str, dict[str, Any]] = {"flatten": {"start_dim": 1}, "scaled_dot_product_attention": {"heads": 1}}
NOT_IN_A_CHAIN = ("cross_entropy", "mse_loss", "binary_cross_entropy_with_logits")
MANAGED = ("training", "rng", "padding_idx")
PAIRS = ("kernel_size", "stride", "padding", "output_padding", "dilation", "output_size")


@dataclass(frozen=True)
class Defined:
    """One layer of a definition: its arguments, and how many residual branches open before and close behind it."""

    layer: str
    arguments: Mapping[str, Any]
    opens: int
    closes: int


def read_model(path: Path) -> Layers:
    """Read the ``layers`` of a TOML file; raises TrainingError, one line, for what is none."""
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise TrainingError(f"{path}: is not TOML: {' '.join(str(error).split())}") from error
    if list(content) != ["layers"]:
        found = ", ".join(content) or "nothing"
        raise TrainingError(f"{path}: should have a list `layers` and nothing else, but has {found}")
    _check_layers(content["layers"], str(path))
    layers: Layers = content["layers"]
    return layers


def flattened(layers: Layers, classes: int, name: str) -> list[Defined]:
    """The layers one after another, with complete arguments."""
    _check_layers(layers, f"model {name}")
    found: list[Defined] = []
    for table, opens, closes in _walk(layers, 0, 0, name):
        where = f"layer {len(found) + 1} of the network"
        found.append(_defined(table, opens, closes, classes, where))
    return found


def _walk(layers: Layers, opens: int, closes: int, name: str) -> Iterator[tuple[LayerTable, int, int]]:
    for position, table in enumerate(layers):
        before = opens if position == 0 else 0
        behind = closes if position == len(layers) - 1 else 0
        if isinstance(table, Mapping) and "residual" in table:
            if len(table) > 1:
                raise TrainingError(f"model {name}: a residual has nothing beside its layers, but here {list(table)}")
            _check_layers(table["residual"], f"model {name}: residual")
            yield from _walk(table["residual"], before + 1, behind + 1, name)
        else:
            yield table, before, behind


def _check_layers(layers: Any, name: str) -> None:
    if not isinstance(layers, Sequence) or isinstance(layers, str):
        raise TrainingError(f"{name}: the layers must be a list, but are {_kind(layers)}")
    if not layers:
        raise TrainingError(f"{name}: has no layers")


def _defined(table: LayerTable, opens: int, closes: int, classes: int, where: str) -> Defined:
    if isinstance(table, str):
        table = {"layer": table}
    if not isinstance(table, Mapping) or not isinstance(table.get("layer"), str):
        raise TrainingError(f"{where} must be a name or a table with `layer`, but is {table!r}")
    given = {key: value for key, value in table.items() if key != "layer"}
    layer = table["layer"]
    if layer not in find_layers():
        raise TrainingError(f"{where}: {unknown_layer(layer)}")
    if layer in NOT_IN_A_CHAIN:
        raise TrainingError(f"{where}, {layer}, is a loss: the trainer adds it itself")
    known = (*attributes_of(layer), *OWN_WORDS.get(layer, ()))
    for key in given:
        if key not in known:
            raise TrainingError(f"{where}, {layer}, has no argument {key!r}; it has {', '.join(known) or 'none'}")
    contract = find_layers()[layer]
    neutral = {key: value for key, value in contract.neutral.items() if key in known}
    arguments = {key: _value(key, value, classes) for key, value in {**DEFAULTS.get(layer, {}), **given}.items()}
    completed = {**neutral, **arguments}
    if completed.get("stride") == "kernel_size" and "kernel_size" in completed:
        completed["stride"] = completed["kernel_size"]
    for word in ("weight", "bias"):
        if word in known:
            completed[word] = arguments.get(word, True)
            if type(completed[word]) is not bool:
                raise TrainingError(f"{where}, {layer}: `{word}` must be true or false, got {completed[word]!r}")
    for word in ("outputs", "heads"):
        if word in completed and (type(completed[word]) is not int or completed[word] < 1):
            raise TrainingError(f"{where}, {layer}: `{word}` must be an int of at least 1, got {completed[word]!r}")
    for word in PAIRS:
        if word in completed and not _is_pair(completed[word], 0 if word.endswith("padding") else 1):
            raise TrainingError(f"{where}, {layer}: `{word}` must be a pair of ints, got {completed[word]!r}")
    missing = [key for key in known if key not in completed and key != "normalized_shape"]
    if missing:
        raise TrainingError(f"{where}, {layer}, lacks {', '.join(missing)}")
    return Defined(layer, completed, opens, closes)


def attributes_of(layer: str) -> tuple[str, ...]:
    """The forward arguments of a layer that a definition gives: no arrays, and nothing that the trainer manages."""
    contract = find_layers()[layer]
    annotations = inspect.get_annotations(getattr(contract.module, contract.hooks[0]))
    return tuple(name for name in contract.arguments if "ndarray" not in str(annotations[name]) and name not in MANAGED)


def _value(key: str, value: Any, classes: int) -> Any:
    """A value as the contract has it: tuples in place of lists, and pairs in place of one int."""
    if key == "outputs" and value == CLASSES:
        return classes
    if key in PAIRS and type(value) is int:
        return (value, value)
    if key == "normalized_shape" and type(value) is int:
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _is_pair(value: Any, minimum: int) -> bool:
    return type(value) is tuple and len(value) == 2 and all(type(one) is int and one >= minimum for one in value)


def _kind(value: Any) -> str:
    return f"a {type(value).__name__}"
