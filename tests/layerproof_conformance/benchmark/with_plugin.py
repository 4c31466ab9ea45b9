"""Layers and training steps through a plugin set.

The step is the trainer's, reduced to what is timed: layers in order, the loss, all gradients into one vector, and plain
SGD. It shares the definition and the wiring of networks with the trainer (``layerproof.chain``), but not the loop: what
is measured must not change with the trainer's bookkeeping.
"""

import time
import types
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import PluginSet, find_layers, hookimpl
from layerproof.chain.definition import MODE
from layerproof.chain.parameters import initial_statistics
from layerproof_conformance.benchmark.calls import Call, Result
from layerproof_conformance.benchmark.proof import StepTask
from layerproof_conformance.benchmark.shapes import LOSS, LOSS_ATTRIBUTES, VARIANTS, LayerTask

Array = NDArray[Any]
CALLS = 2000


class WithPlugin:
    """A plugin alone for layers, and before the reference for steps."""

    def __init__(self, plugin: str) -> None:
        self._alone, self._filled = PluginSet([plugin]), PluginSet([plugin, "reference"])

    def layer(self, task: LayerTask) -> tuple[Call, Call]:
        """Forward and backward of a layer; backward uses what a forward before it has saved."""
        arguments = [task.arguments(variant) for variant in range(VARIANTS)]
        gradients = [task.grad_output(variant) for variant in range(VARIANTS)]
        saved: dict[int, Any] = {}

        def forward(variant: int) -> Result:
            output, saved[variant] = self._alone.forward(task.layer, **arguments[variant])
            return output if isinstance(output, tuple) else (output,)

        def backward(variant: int) -> Result:
            return self._alone.backward(gradients[variant], saved[variant], task.needs)

        return forward, backward

    def step(self, task: StepTask) -> Call:
        """A training step; it returns loss, gradients, new parameters, and the input and the output of each dropout."""
        self._filled.served.clear()
        values = task.parameters()
        gradients, scratch = np.zeros_like(values), np.empty_like(values)
        network = _Network(self._filled, task, values, gradients)
        batches = [task.batch(variant) for variant in range(VARIANTS)]
        grad_loss = np.ones((), values.dtype)

        def step(variant: int) -> Result:
            x, target = batches[variant]
            logits, dropped = network.forward(x)
            loss, saved = self._filled.forward(LOSS, logits=logits, target=target, **LOSS_ATTRIBUTES)
            network.backward(self._filled.backward(grad_loss, saved, (True,))[0])
            np.multiply(gradients, task.learning_rate, out=scratch)
            np.subtract(values, scratch, out=values)
            return loss, gradients, values, *dropped

        return step

    def others(self, plugin: str) -> dict[str, int]:
        """The calls of the last steps that another plugin answered, by layer."""
        calls: Counter[str] = Counter()
        for (layer, name), count in self._filled.served.items():
            if name != plugin:
                calls[layer] += count
        return dict(calls)

    def overhead(self) -> float:
        """Seconds that a plugin set needs for a forward and a backward in which nothing is computed."""
        nothing = types.ModuleType("nothing")
        vars(nothing).update(relu_forward=hookimpl(_forward), relu_backward=hookimpl(_backward))
        plugins, x = PluginSet([nothing]), np.zeros(1, np.float32)
        start = time.perf_counter()
        for _ in range(CALLS):
            output, saved = plugins.forward("relu", x=x)
            plugins.backward(output, saved, (True,))
        return (time.perf_counter() - start) / CALLS

    def libraries(self) -> list[str]:
        """The thread pools of this process."""
        return thread_pools()


class _Network:
    """The layers of a step in order, with their parameters and gradients in two vectors."""

    def __init__(self, plugins: PluginSet, task: StepTask, values: Array, gradients: Array) -> None:
        self._plugins, self._chain = plugins, task.chain
        self._wirings = [place.wiring for place in task.chain]
        self._gradients = task.views(gradients)
        self._tape: list[Any] = []
        layers = [find_layers()[place.layer] for place in task.chain]
        self._differentiable = [layer.differentiable for layer in layers]
        self._first = next(number for number, place in enumerate(task.chain) if place.parameters)
        self._calls, self._needs = [], []
        for number, (place, layer, parameters) in enumerate(zip(task.chain, layers, task.views(values), strict=True)):
            call = layer.completed({**place.attributes, **parameters})
            call |= initial_statistics(layer, place.statistics, values.dtype)
            call |= {name: np.random.default_rng(0) for name in place.generators}
            if MODE in call:
                call[MODE] = True
            self._calls.append(call)
            needed = {*parameters, *(self._wirings[number].inputs if number > self._first else ())}
            self._needs.append(tuple(name in needed for name in layer.differentiable))

    def forward(self, x: Array) -> tuple[Array, list[Array]]:
        """The output, and the input and the output of each dropout."""
        branches: list[Array] = []
        dropped: list[Array] = []
        for place, wiring, call in zip(self._chain, self._wirings, self._calls, strict=True):
            branches += [x] * place.opens
            output, saved = self._plugins.forward(place.layer, **{**call, **wiring.arguments(x)})
            self._tape.append(saved)
            if place.statistics:
                output, *new = output
                call |= zip(place.statistics, new, strict=True)
            if place.generators:
                dropped += [x, output]
            x = wiring.output(x, output)
            for _ in range(place.closes):
                x = x + branches.pop()
        return x, dropped

    def backward(self, gradient: Array) -> None:
        """Fill the vector of gradients; the layers in front of the first parameter have nothing to learn."""
        branches: list[Array] = []
        for number in range(len(self._chain) - 1, self._first - 1, -1):
            place, wiring = self._chain[number], self._wirings[number]
            branches += [gradient] * place.closes
            answers = self._plugins.backward(wiring.grad_output(gradient), self._tape.pop(), self._needs[number])
            by_name = dict(zip(self._differentiable[number], answers, strict=True))
            for name, array in self._gradients[number].items():
                array[...] = by_name[name]
            if number > self._first:
                gradient = wiring.grad_x(gradient, by_name)
                for _ in range(place.opens):
                    gradient = gradient + branches.pop()
        self._tape.clear()


def thread_pools() -> list[str]:
    """Name and threads of each pool that threadpoolctl knows."""
    import threadpoolctl

    pools = threadpoolctl.threadpool_info()
    return sorted(f"{pool['prefix']} {pool.get('version') or ''}: {pool['num_threads']}" for pool in pools)


def _forward(x: Any) -> Any:
    return x, None


def _backward(grad_output: Any) -> Any:
    return (grad_output,)
