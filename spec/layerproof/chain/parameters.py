"""The parameters and running statistics of a layer in a chain, derived from the roles of its arguments."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof.chain.wiring import Wiring
from layerproof.layer import Layer
from layerproof.shapes import Shape, array_shape

Array = NDArray[Any]
OUTPUTS, KERNEL_SIZE = "outputs", "kernel_size"


def parameter_names(layer: Layer, wiring: Wiring) -> tuple[str, ...]:
    """The arrays that are trained: those that have a gradient and are not made from what the layer before gives."""
    return tuple(name for name in layer.differentiable if name not in wiring.inputs)


def size_words(layer: Layer, wiring: Wiring) -> dict[str, tuple[str, ...]]:
    """The words by which a definition gives the lengths that no input decides, and the axes that each word is for.

    conv2d has ``{"outputs": ("O",), "kernel_size": ("kH", "kW")}``.
    """
    words: dict[str, tuple[str, ...]] = {}
    for name in parameter_names(layer, wiring):
        for axis in layer.roles[name].axes:
            length = axis.partition("/")[0]
            if length.startswith("*") or length in wiring.axes:
                continue
            word = KERNEL_SIZE if length.startswith("k") and length[1:] in wiring.axes else OUTPUTS
            if length not in words.get(word, ()):
                words[word] = (*words.get(word, ()), length)
    return words


def parameter_shapes(layer: Layer, wiring: Wiring, shape: Shape, arguments: Mapping[str, Any]) -> dict[str, Shape]:
    """The shapes of the parameters of a layer that is given this shape, which is one without the batch.

    ``arguments`` are those of its definition, in which a parameter that may be left out has True or False. Raises
    ShapeError where the layer cannot take the shape, and ValueError where a length cannot be divided.
    """
    lengths = wiring.lengths(shape, arguments)
    for word, axes in size_words(layer, wiring).items():
        value = arguments[word]
        sizes = value if word == KERNEL_SIZE else (value,)
        lengths |= {axis: (size,) for axis, size in zip(axes, sizes, strict=True)}
    return {
        name: array_shape(layer.roles[name].axes, lengths, arguments)
        for name in parameter_names(layer, wiring)
        if arguments.get(name, True)
    }


def statistics_shapes(layer: Layer, wiring: Wiring, shape: Shape) -> dict[str, Shape]:
    """The shapes of the running statistics of a layer that is given this shape."""
    if not layer.statistics:
        return {}
    lengths = wiring.lengths(shape, {})
    return {name: array_shape(layer.roles[name].axes, lengths, {}) for name in layer.statistics}


def initial_statistics(layer: Layer, shapes: Mapping[str, Shape], dtype: Any) -> dict[str, Array]:
    """The running statistics that a layer begins with."""
    return {name: np.full(shape, layer.statistics[name], dtype) for name, shape in shapes.items()}


def initial_constant(layer: Layer, name: str) -> float | None:
    """The value that a parameter of a normalisation begins with, None for parameters that are drawn at random.

    A normalisation may have no weight and no bias, which means 1 and 0, and so begin those that it has.
    """
    if not layer.roles["weight"].optional:
        return None
    return 1.0 if name == "weight" else 0.0
