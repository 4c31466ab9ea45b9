"""A network: layers one behind another, computed by plugins."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import NotSupportedError, PluginSet, Saved, find_layers
from layerproof.chain import ChainLayer
from layerproof.chain.definition import MODE
from layerproof_train import hooks

Array = NDArray[Any]


@dataclass(frozen=True)
class Stage:
    """One layer of a network, with its trained arrays and its running statistics by argument."""

    planned: ChainLayer
    parameters: Mapping[str, Array]
    statistics: dict[str, Array]

    @property
    def layer(self) -> str:
        """The name of the layer."""
        return self.planned.layer


@dataclass(frozen=True)
class Call:
    """One call of a layer's hook, with its results.

    ``number`` is that of the layer in the network, counted from 1; the loss has the number behind the last. A forward
    call has the layer's outputs as ``results``, a backward call the gradients, and a ``grad_output``.
    """

    number: int
    layer: str
    plugin: str
    arguments: Mapping[str, Any]
    results: tuple[Any, ...]
    grad_output: Array | None = None
    needs_input_grad: tuple[bool, ...] = ()


Watch = Callable[[Call], None]
"""Called with every hook call of a step."""


@dataclass
class Tape:
    """What ``forward`` keeps for ``backward``."""

    saved: list[Saved]
    arguments: list[Mapping[str, Any]]


class Network:
    """Layers in order, with all their parameters in one vector and all gradients in another.

    Arguments:
        input_shape: the shape of one image (channels, height, width).
        stages: the layers; their parameters are copied.
        dtype: of parameters, inputs and outputs.

    ``values`` holds the parameters of all stages, which are views of it, so that an optimiser can update them at
    once; ``gradients`` is filled by ``backward`` in the same order. Running statistics are replaced in the stages.
    """

    def __init__(self, input_shape: tuple[int, ...], stages: Iterable[Stage], dtype: Any = np.float32) -> None:
        stages = tuple(stages)
        self.input_shape = input_shape
        self.dtype = np.dtype(dtype)
        size = sum(array.size for stage in stages for array in stage.parameters.values())
        self.values = np.empty(size, self.dtype)
        self.gradients = np.zeros(size, self.dtype)
        self._places: list[dict[str, Array]] = []
        self._calls: list[dict[str, Any]] = []
        self._needs: list[tuple[bool, ...]] = []
        self._wirings = [stage.planned.wiring for stage in stages]
        copies, start = [], 0
        for stage, wiring in zip(stages, self._wirings, strict=True):
            layer = find_layers()[stage.layer]
            # the gradient of the images is not needed, and it can cost a third of a step
            needs_x = start > 0
            parameters, places = {}, {}
            for name, array in stage.parameters.items():
                part = slice(start, start + array.size)
                start += array.size
                parameters[name] = self.values[part].reshape(array.shape)
                parameters[name][...] = array
                places[name] = self.gradients[part].reshape(array.shape)
            copies.append(Stage(stage.planned, parameters, dict(stage.statistics)))
            self._places.append(places)
            fixed = {name: value for name, value in layer.neutral.items() if name not in stage.statistics}
            self._calls.append({**fixed, **stage.planned.attributes, **parameters})
            needed = {*parameters, *(wiring.inputs if needs_x else ())}
            self._needs.append(tuple(name in needed for name in layer.differentiable))
        self.stages = tuple(copies)
        # the layers in front of the first parameter have nothing to learn
        self._first = next((index for index, places in enumerate(self._places) if places), len(copies))

    def check_supported(self, plugins: PluginSet) -> None:
        """Raise NotSupportedError, naming the layer, if no plugin of the set implements a layer of the network."""
        names = ", ".join(plugin.name for plugin in plugins.plugins) or "no plugin at all"
        for number, stage in enumerate(self.stages, 1):
            if not plugins.implementations(stage.layer):
                raise NotSupportedError(
                    f"no plugin of the set implements {stage.layer}, layer {number} of the network; the set has {names}"
                )

    def arrays(self) -> dict[str, Array]:
        """Every parameter and running statistic by name: the layer's number and name, and its argument."""
        return {
            f"{number}.{stage.layer}.{name}": array
            for number, stage in enumerate(self.stages, 1)
            for name, array in {**stage.parameters, **stage.statistics}.items()
        }

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Copy in parameters and running statistics, by the names and in the shapes of ``arrays()``."""
        for number, stage in enumerate(self.stages, 1):
            for name, array in stage.parameters.items():
                array[...] = arrays[f"{number}.{stage.layer}.{name}"]
            for name in stage.statistics:
                stage.statistics[name] = np.array(arrays[f"{number}.{stage.layer}.{name}"])

    def forward(
        self,
        plugins: PluginSet,
        x: Array,
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,
        watch: Watch | None = None,
    ) -> tuple[Array, Tape]:
        """Compute the output for a batch (N, *input_shape), and what ``backward`` needs.

        Arguments:
            plugins: compute every layer.
            x: the images.
            training: drop out, normalise by the batch, and replace the running statistics.
            rng: the source of randomness of dropout, needed where it is in training.
            watch: called with every hook call.
        """
        tape = Tape([], [])
        branches: list[Array] = []
        for index, (stage, wiring) in enumerate(zip(self.stages, self._wirings, strict=True)):
            planned = stage.planned
            branches += [x] * planned.opens
            arguments = {**self._calls[index], **stage.statistics, **wiring.arguments(x)}
            if MODE in arguments:
                arguments[MODE] = training
            for name in planned.generators:
                # evaluation draws nothing, but the contract requires a generator
                arguments[name] = rng if rng is not None else np.random.default_rng(0)
            shapes = [(len(x), *planned.result), *planned.statistics.values()]
            results, saved = hooks.forward(plugins, stage.layer, arguments, shapes, self.dtype)
            if watch is not None:
                watch(Call(index + 1, stage.layer, saved.implementation.plugin, arguments, results))
                tape.arguments.append(arguments)
            if training:
                for name, new in zip(stage.statistics, results[1:], strict=True):
                    stage.statistics[name] = np.array(new)
            x = wiring.output(x, results[0])
            for _ in range(planned.closes):
                x = x + branches.pop()
            tape.saved.append(saved)
        return x, tape

    def backward(self, plugins: PluginSet, grad_output: Array, tape: Tape, watch: Watch | None = None) -> None:
        """Fill ``gradients``, given the gradient of the output; empties the tape, so that memory is freed early."""
        branches: list[Array] = []
        for index in reversed(range(self._first, len(self.stages))):
            planned, wiring = self.stages[index].planned, self._wirings[index]
            places, needs = self._places[index], self._needs[index]
            branches += [grad_output] * planned.closes
            saved = tape.saved.pop()
            grad_result = wiring.grad_output(grad_output)
            answers = hooks.backward(plugins, grad_result, saved, needs)
            gradients = dict(zip(saved.implementation.layer.differentiable, answers, strict=True))
            for name, place in places.items():
                self._check_gradient(saved, name, gradients[name], place.shape)
                place[...] = gradients[name]
            if watch is not None:
                arguments, plugin = tape.arguments[index], saved.implementation.plugin
                watch(Call(index + 1, planned.layer, plugin, arguments, answers, grad_result, needs))
            if index > self._first:
                for name, shape in planned.inputs.items():
                    if name in wiring.inputs:
                        self._check_gradient(saved, name, gradients[name], (len(grad_output), *shape))
                grad_output = wiring.grad_x(grad_output, gradients)
                for _ in range(planned.opens):
                    grad_output = grad_output + branches.pop()
        tape.saved.clear()
        tape.arguments.clear()

    def _check_gradient(self, saved: Saved, name: str, gradient: Any, shape: tuple[int, ...]) -> None:
        where = f"plugin {saved.implementation.plugin}: grad_{name} of {saved.implementation.layer.name}_backward"
        hooks.check_array(where, gradient, shape, self.dtype)
