"""The plugins that a training run uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from layerproof import PluginSet

REFERENCE = "reference"
"""The installed plugin that implements every layer."""


@dataclass(frozen=True)
class PluginChoice:
    """Plugins in order, and behind them the reference, so that a plugin with a single layer can train a network.

    ``use`` names a plugin for single layers. A strict choice has the reference only where no plugin is given for all
    layers, and stops where a plugin declines.
    """

    ordered: tuple[str | ModuleType, ...] = ()
    use: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False

    def load(self, wrappers: Sequence[ModuleType] = ()) -> PluginSet:
        """Load the plugins, and others beside them that have hook wrappers only."""
        ordered = [*self.ordered] if self.strict and self.ordered else [*self.ordered, REFERENCE]
        return PluginSet([*ordered, *wrappers], self.use, strict=self.strict)

    def to_json(self) -> dict[str, Any]:
        """What is written into the folder of a run; files have absolute paths."""
        return {
            "ordered": [_absolute(plugin) for plugin in self.ordered],
            "use": {layer: _absolute(plugin) for layer, plugin in self.use.items()},
            "strict": self.strict,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """What ``to_json`` gave."""
        return cls(tuple(values["ordered"]), values["use"], values["strict"])


def _absolute(plugin: str | ModuleType) -> str:
    if isinstance(plugin, ModuleType):
        return plugin.__name__
    return str(Path(plugin).resolve()) if plugin.endswith(".py") else plugin
