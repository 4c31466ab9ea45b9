"""The plugin set that a training run asks."""

from collections.abc import Iterable, Mapping
from types import ModuleType

from layerproof import PluginSet

REFERENCE = "reference"
"""The installed plugin that implements every layer."""


def plugin_set(
    plugins: Iterable[str | ModuleType], use: Mapping[str, str | ModuleType] | None = None, *, strict: bool = False
) -> PluginSet:
    """These plugins in order, and behind them the reference, so that one layer is enough to train with.

    A strict set has the reference only where no plugin is given for all layers.
    """
    ordered = list(plugins)
    if not (strict and ordered):
        ordered.append(REFERENCE)
    return PluginSet(ordered, use, strict=strict)
