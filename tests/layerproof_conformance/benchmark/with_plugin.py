"""Layers and training steps through a plugin set.

The step here is the trainer's reduced to what is timed: layers in order, the loss, all gradients into one vector, plain
SGD. It is written a second time, in thirty lines, because the judge knows the trainer only through the specification:
what it measures must not change with the trainer's bookkeeping.
"""

import time
import types
from collections import Counter
from typing import Any

import numpy as np

from layerproof import PluginSet, find_layers, hookimpl
from layerproof_conformance.benchmark.contestant import Call, Result
from layerproof_conformance.benchmark.proof import StepTask
from layerproof_conformance.benchmark.shapes import LOSS, VARIANTS, LayerTask

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
            return (output,)

        def backward(variant: int) -> Result:
            return self._alone.backward(gradients[variant], saved[variant], task.needs)

        return forward, backward

    def step(self, task: StepTask) -> Call:
        """A training step; it returns the parameters before it and after it."""
        self._filled.served.clear()
        values = task.parameters()
        views = task.views(values)
        gradients = np.zeros_like(values)
        places = task.views(gradients)
        scratch = np.empty_like(values)
        layers = find_layers()
        calls = [{**stage.attributes, **own} for stage, own in zip(task.stages, views, strict=True)]
        needs = [(number > 0, *(True for _ in own)) for number, own in enumerate(views)]
        batches = [task.batch(variant) for variant in range(VARIANTS)]
        one = np.ones((), values.dtype)

        def step(variant: int) -> Result:
            x, target = batches[variant]
            tape = []
            for stage, call in zip(task.stages, calls, strict=True):
                x, saved = self._filled.forward(stage.layer, x=x, **call)
                tape.append(saved)
            loss, saved = self._filled.forward("cross_entropy", logits=x, target=target, **LOSS)
            (gradient,) = self._filled.backward(one, saved, (True,))
            for number in range(len(tape) - 1, -1, -1):
                answers = self._filled.backward(gradient, tape.pop(), needs[number])
                names = layers[task.stages[number].layer].differentiable[1:]
                for name, answer in zip(names, answers[1:], strict=True):
                    places[number][name][...] = answer
                gradient = answers[0]
            np.multiply(gradients, task.learning_rate, out=scratch)
            np.subtract(values, scratch, out=values)
            return loss, gradients, values

        return step

    def others(self, plugin: str) -> dict[str, int]:
        """The calls of the last steps that another plugin answered, by layer."""
        found: Counter[str] = Counter()
        for (layer, name), count in self._filled.served.items():
            if name != plugin:
                found[layer] += count
        return dict(found)

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


def thread_pools() -> list[str]:
    """Name and threads of each pool that threadpoolctl knows."""
    import threadpoolctl

    pools = threadpoolctl.threadpool_info()
    return sorted(f"{pool['prefix']} {pool.get('version') or ''}: {pool['num_threads']}" for pool in pools)


def _forward(x: Any) -> Any:
    return x, None


def _backward(grad_output: Any) -> Any:
    return (grad_output,)
