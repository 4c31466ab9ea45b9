"""A case with its arrays made: what is handed to the plugin and to the oracle."""

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from layerproof_conformance.types.layout import Layout

Array = NDArray[Any]


@dataclass(frozen=True)
class CaseInputs:
    """Forward arguments and grad_output with their pristine values, and how each array shall lie in memory."""

    layer: str
    arguments: dict[str, Any]
    grad_output: Array
    layouts: dict[str, Layout] = field(default_factory=dict)

    def describe(self) -> str:
        """The layer and its attributes in one line, as in ``max_pool2d x=(1, 1, 4, 4) kernel_size=(2, 2)``."""
        parts = [self.layer]
        for name, value in self.arguments.items():
            if hasattr(value, "shape"):
                parts.append(f"{name}={value.dtype}{list(value.shape)}".replace(" ", ""))
            elif value is not None:
                parts.append(f"{name}={value!r}".replace(" ", ""))
        return " ".join(parts)
