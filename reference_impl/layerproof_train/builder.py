"""Put a network together from its definition: shapes are worked out and checked before anything is computed."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import find_layers
from layerproof_train.definition import Defined, Layers, attributes_of, flattened
from layerproof_train.errors import TrainingError
from layerproof_train.initialisation import initial, parameter_shapes, statistics
from layerproof_train.network import Network, Stage
from layerproof_train.shape_inference import Shape, ShapeError, output_shape, times
from layerproof_train.wiring import wiring

Array = NDArray[Any]


def build_network(
    layers: Layers,
    input_shape: Shape,
    classes: int,
    generator: np.random.Generator,
    *,
    name: str = "of your own",
    initialisation: str = "pytorch",
    dtype: Any = np.float32,
) -> Network:
    """The network of a definition.

    Arguments:
        layers: the layers in order, see ``Layers``.
        input_shape: the shape of one image (channels, height, width).
        classes: the number of values that it shall give for an image.
        generator: draws the initial parameters.
        name: of the model, for messages.
        initialisation: ``pytorch`` (its defaults) or ``he``.
        dtype: of the parameters.

    Raises TrainingError, one line naming the layer, the shape it is given and what it needs, where layers do not fit
    together or an argument is wrong.
    """
    builder = _Builder(input_shape, generator, initialisation, np.dtype(dtype))
    for defined in flattened(layers, classes, name):
        builder.add(defined)
    if builder.shape != (classes,):
        raise TrainingError(f"model {name} gives {list(builder.shape)} for an image, but should give [{classes}]")
    return Network(input_shape, builder.stages, dtype)


class _Builder:
    """A network in the making; ``shape`` is what the layers so far make of one image."""

    def __init__(
        self, input_shape: Shape, generator: np.random.Generator, initialisation: str, dtype: np.dtype[Any]
    ) -> None:
        self.input_shape = self.shape = input_shape
        self.stages: list[Stage] = []
        self._generator, self._initialisation, self._dtype = generator, initialisation, dtype
        self._branches: list[tuple[int, Shape]] = []

    def add(self, defined: Defined) -> None:
        """Add a layer."""
        layer, arguments = defined.layer, dict(defined.arguments)
        self._branches += [(len(self.stages) + 1, self.shape)] * defined.opens
        if layer in ("layer_norm", "rms_norm"):
            arguments.setdefault("normalized_shape", self.shape[-1:])
        try:
            shape = output_shape(layer, self.shape, arguments)
            shapes = parameter_shapes(layer, self.shape, arguments)
            shapes = {name: size for name, size in shapes.items() if arguments.get(name, True)}
            attributes = {name: arguments[name] for name in attributes_of(layer) if name in arguments}
            # kernel_size is an argument of the pools, and the shape of the weight of the convolutions
            heads = arguments.get("heads", 1)
            self._validate(layer, attributes, shapes, heads)
        except ShapeError as error:
            raise self._error(layer, f"{str(error).rstrip(',;')}, but is given {self._given()}") from None
        except (ValueError, TypeError, IndexError) as error:
            raise self._error(layer, f"is given {self._given()}: {' '.join(str(error).split())}") from None
        parameters = self._cast(initial(layer, shapes, self._generator, self._initialisation)) if shapes else {}
        kept = self._cast(statistics(layer, self.shape))
        self.stages.append(Stage(layer, attributes, parameters, shape, kept, heads, defined.opens, defined.closes))
        self.shape = shape
        for _ in range(defined.closes):
            first, before = self._branches.pop()
            if before != shape:
                raise TrainingError(
                    f"the residual from layer {first} to layer {len(self.stages)} of the network gives {times(shape)}, "
                    f"but should give {times(before)}, as it is given"
                )

    def _validate(self, layer: str, attributes: Mapping[str, Any], shapes: Mapping[str, Shape], heads: int) -> None:
        """Let the contract judge the arguments, on arrays that take no memory."""
        contract = find_layers()[layer]
        x = np.broadcast_to(self._dtype.type(0), (2, *self.shape))
        arrays = {name: np.broadcast_to(self._dtype.type(0), shape) for name, shape in shapes.items()}
        kept = self._cast(statistics(layer, self.shape))
        managed = {"training": True, "rng": self._generator}
        inputs = wiring(layer, heads).arguments(x)
        given = {**contract.neutral, **managed, **inputs, **attributes, **arrays, **kept}
        contract.validate(**{name: given.get(name) for name in contract.arguments})

    def _cast(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {name: array.astype(self._dtype) for name, array in arrays.items()}

    def _given(self) -> str:
        return f"{times(self.shape)} for an image of {times(self.input_shape)}"

    def _error(self, layer: str, what: str) -> TrainingError:
        return TrainingError(f"layer {len(self.stages) + 1} of the network, {layer}, {what}")
