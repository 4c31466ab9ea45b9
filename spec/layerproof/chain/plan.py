"""The shapes of all arrays of a chain, worked out and checked before anything is computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from layerproof.chain.axes import listed_axes, shape_text
from layerproof.chain.definition import MODE, Definition, Layers, Words, flattened
from layerproof.chain.errors import ChainError, ShapeError
from layerproof.chain.parameters import initial_statistics, parameter_shapes, statistics_shapes
from layerproof.chain.wiring import Wiring, wiring_of
from layerproof.layer import Layer
from layerproof.layers import find_layers
from layerproof.roles import Role
from layerproof.shapes import Shape

BATCH = 2
"""The images for which arguments are validated; with one, batch_norm has nothing to normalise."""


@dataclass(frozen=True)
class ChainLayer:
    """One layer of a chain; all shapes but those of parameters and statistics are without the batch.

    ``attributes`` are its forward arguments that are no arrays; ``parameters`` and ``statistics`` the shapes of its
    trained arrays and of its running statistics, by argument. ``input_shape`` and ``output_shape`` are what it is given
    and what it gives within the chain; ``inputs`` and ``result`` the shapes of the arguments made from the former and
    of what its forward returns, which differ where attention has several ``heads``. So many residual branches open
    before it (``opens``): what it is given is added to the output of the layer that closes them (``closes``).
    """

    layer: str
    attributes: dict[str, Any]
    parameters: dict[str, Shape]
    statistics: dict[str, Shape]
    input_shape: Shape
    output_shape: Shape
    inputs: dict[str, Shape]
    result: Shape
    heads: int = 1
    opens: int = 0
    closes: int = 0

    @property
    def wiring(self) -> Wiring:
        """How it is called."""
        return wiring_of(self.layer, self.heads)

    @property
    def generators(self) -> tuple[str, ...]:
        """The arguments that are random generators."""
        return generators(find_layers()[self.layer])


def plan_chain(
    layers: Layers, input_shape: Shape, classes: int, *, name: str = "of your own", dtype: Any = np.float32
) -> list[ChainLayer]:
    """Work out the shapes of all arrays of a network.

    Arguments:
        layers: the layers in order, see ``Layers``.
        input_shape: the shape of one image (channels, height, width).
        classes: the number that the word "classes" stands for.
        name: of the model, for messages.
        dtype: of all arrays.

    Raises ChainError, one line naming the layer, the shape it is given and what it needs, where layers do not fit
    together or an argument is wrong.
    """
    planner = _Planner(input_shape, np.dtype(dtype))
    for definition in flattened(layers, classes, name):
        planner.add(definition)
    return planner.layers


class _Planner:
    """``shape`` is what the layers added so far give for one image."""

    def __init__(self, input_shape: Shape, dtype: np.dtype[Any]) -> None:
        self.layers: list[ChainLayer] = []
        self._input_shape = self._shape = input_shape
        self._dtype = dtype
        self._branches: list[tuple[int, Shape]] = []

    def add(self, definition: Definition) -> None:
        """Add a layer."""
        self._branches += [(len(self.layers) + 1, self._shape)] * definition.opens
        given = f"{shape_text(self._shape)} for an image of {shape_text(self._input_shape)}"
        where = f"layer {len(self.layers) + 1} of the network, {definition.layer},"
        try:
            planned = self._plan(definition)
        except ShapeError as error:
            raise ChainError(f"{where} {error}, but is given {given}") from None
        except (ValueError, TypeError, IndexError) as error:
            raise ChainError(f"{where} is given {given}: {' '.join(str(error).split())}") from None
        self.layers.append(planned)
        self._shape = planned.output_shape
        for _ in range(definition.closes):
            first, before = self._branches.pop()
            if before != self._shape:
                raise ChainError(
                    f"the residual from layer {first} to layer {len(self.layers)} of the network gives "
                    f"{shape_text(self._shape)}, but should give {shape_text(before)}, as it is given"
                )

    def _plan(self, definition: Definition) -> ChainLayer:
        layer, arguments = find_layers()[definition.layer], dict(definition.arguments)
        heads = arguments.get("heads", 1)
        wiring = wiring_of(layer.name, heads)
        for attribute in listed_axes(wiring.axes):
            arguments.setdefault(attribute, self._shape[-1:])
        parameters = parameter_shapes(layer, wiring, self._shape, arguments)
        statistics = statistics_shapes(layer, wiring, self._shape)
        attributes = {name: arguments[name] for name in Words.of(layer, wiring).attributes}
        x = self._array((BATCH, *self._shape))
        inputs = wiring.arguments(x)
        result = self._validated_result(layer, attributes, {**parameters, **statistics}, inputs)
        output = wiring.output(x, self._array(result))
        if result[:1] != (BATCH,):
            raise ShapeError("must leave the batch alone")
        return ChainLayer(
            layer.name, attributes, parameters, statistics, self._shape, output.shape[1:],
            {name: array.shape[1:] for name, array in inputs.items()}, result[1:],
            heads, definition.opens, definition.closes,
        )  # fmt: skip

    def _validated_result(
        self, layer: Layer, attributes: Mapping[str, Any], shapes: Mapping[str, Shape], inputs: Mapping[str, Any]
    ) -> Shape:
        """The shape of the output, after the contract has judged the arguments on arrays that take no memory."""
        arrays = {name: self._array(shape) for name, shape in shapes.items() if name not in layer.statistics}
        statistics = {name: shape for name, shape in shapes.items() if name in layer.statistics}
        given = {**layer.neutral, MODE: True, **inputs, **attributes, **arrays}
        given |= initial_statistics(layer, statistics, self._dtype)
        given |= {name: np.random.default_rng(0) for name in generators(layer)}
        arguments = {name: given.get(name) for name in layer.arguments}
        layer.validate(**arguments)
        return layer.output_shape(arguments)

    def _array(self, shape: Shape) -> Any:
        return np.broadcast_to(self._dtype.type(0), shape)


def generators(layer: Layer) -> tuple[str, ...]:
    """The arguments of a layer that are random generators."""
    return tuple(name for name, argument in layer.roles.items() if argument.role is Role.GENERATOR)
