"""A network: layers one after another, computed by whatever plugins are asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import NotSupportedError, PluginSet, Saved, find_layers
from layerproof_train import hooks

Array = NDArray[Any]


@dataclass(frozen=True)
class Stage:
    """One layer of a network.

    ``attributes`` are its forward arguments that are not arrays, ``parameters`` its trained arrays by argument, and
    ``output_shape`` is the shape that it gives for one image.
    """

    layer: str
    attributes: Mapping[str, Any]
    parameters: Mapping[str, Array]
    output_shape: tuple[int, ...]


class Network:
    """Layers in order, with all their parameters in one vector and all gradients in another.

    Arguments:
        input_shape: the shape of one image (channels, height, width).
        stages: the layers; their parameters are copied.
        dtype: of parameters, inputs and outputs.

    ``values`` holds the parameters of all stages, which are views of it, so that an optimiser can update them at
    once; ``gradients`` is filled by ``backward`` in the same order.
    """

    def __init__(self, input_shape: tuple[int, ...], stages: Iterable[Stage], dtype: Any = np.float32) -> None:
        given = tuple(stages)
        self.input_shape = input_shape
        self.dtype = np.dtype(dtype)
        size = sum(array.size for stage in given for array in stage.parameters.values())
        self.values = np.empty(size, self.dtype)
        self.gradients = np.zeros(size, self.dtype)
        self._places: list[dict[str, Array]] = []
        self._calls: list[dict[str, Any]] = []
        self._needs: list[tuple[bool, ...]] = []
        own, start = [], 0
        for stage in given:
            layer = find_layers()[stage.layer]
            parameters, places = {}, {}
            for name, array in stage.parameters.items():
                part = slice(start, start + array.size)
                start += array.size
                parameters[name] = self.values[part].reshape(array.shape)
                parameters[name][...] = array
                places[name] = self.gradients[part].reshape(array.shape)
            own.append(Stage(stage.layer, stage.attributes, parameters, stage.output_shape))
            self._places.append(places)
            self._calls.append({**layer.neutral, **stage.attributes, **parameters})
            # the input of the first layer is data: nobody asks for its gradient, and it can cost a third of a step
            self._needs.append((len(own) > 1, *(name in parameters for name in layer.differentiable[1:])))
        self.stages = tuple(own)

    def check_supported(self, plugins: PluginSet) -> None:
        """Raise NotSupportedError, naming the layer, if no plugin of the set implements a layer of the network."""
        names = ", ".join(plugin.name for plugin in plugins.plugins) or "no plugin at all"
        for number, stage in enumerate(self.stages, 1):
            if not plugins.answerers(stage.layer):
                raise NotSupportedError(
                    f"no plugin of the set implements {stage.layer}, layer {number} of the network; the set has {names}"
                )

    def forward(self, plugins: PluginSet, x: Array) -> tuple[Array, list[Saved]]:
        """Compute the output for a batch (N, *input_shape), and what ``backward`` needs."""
        tape = []
        for stage, call in zip(self.stages, self._calls, strict=True):
            shape = (len(x), *stage.output_shape)
            x, saved = hooks.forward(plugins, stage.layer, {"x": x, **call}, shape, self.dtype)
            tape.append(saved)
        return x, tape

    def backward(self, plugins: PluginSet, grad_output: Array, tape: list[Saved]) -> None:
        """Fill ``gradients``, given the gradient of the output; uses up the tape, so that memory is free early."""
        for places, needs in zip(reversed(self._places), reversed(self._needs), strict=True):
            saved = tape.pop()
            answers = hooks.backward(plugins, grad_output, saved, needs)
            layer = saved.answerer.layer
            for name, answer in zip(layer.differentiable[1:], answers[1:], strict=True):
                if name in places:
                    where = f"plugin {saved.answerer.plugin}: grad_{name} of {layer.name}_backward"
                    hooks.check_array(where, answer, places[name].shape, self.dtype)
                    places[name][...] = answer
            grad_output = answers[0]
