"""Measure how long each layer takes with each plugin, by wrapping every hook of the contract."""

import time
from collections import defaultdict
from collections.abc import Callable, Generator
from types import ModuleType
from typing import Any

from layerproof import find_layers, hookimpl
from layerproof_train.metrics import EpochMetrics
from layerproof_train.network import Call
from layerproof_train.observer import Observer


class LayerTimes(Observer):
    """Wraps the hooks of a plugin set that ``plugin`` is part of, and sums up the seconds of all training steps.

    ``seconds`` has the seconds forward and backward by (layer, plugin). The time of a plugin
    that declines counts for the plugin that answers.
    """

    def __init__(self) -> None:
        self.seconds: dict[tuple[str, str], list[float]] = {}
        self.plugin = ModuleType("layer_times")
        self._since_last_call: defaultdict[str, float] = defaultdict(float)
        for layer in find_layers().values():
            for hook in layer.hooks:
                setattr(self.plugin, hook, self._wrapper(hook))

    def called(self, call: Call) -> None:
        """Count the seconds for the plugin that answered, which a hook wrapper does not know."""
        backward = call.grad_output is not None
        hook = find_layers()[call.layer].hooks[backward]
        sums = self.seconds.setdefault((call.layer, call.plugin), [0.0, 0.0])
        sums[backward] += self._since_last_call.pop(hook, 0.0)

    def finished(self, metrics: EpochMetrics) -> None:
        """Drop the seconds of testing."""
        self._since_last_call.clear()

    def _wrapper(self, hook: str) -> Callable[..., Any]:
        def measure() -> Generator[None, Any, Any]:
            start = time.perf_counter()
            result = yield
            self._since_last_call[hook] += time.perf_counter() - start
            return result

        measure.__name__ = measure.__qualname__ = hook
        measure.__module__ = self.plugin.__name__
        # the last wrapper is the innermost: what other wrappers do is not the layer's time
        return hookimpl(wrapper=True, trylast=True)(measure)
