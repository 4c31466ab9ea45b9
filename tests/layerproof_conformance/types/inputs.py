"""A case with its arrays made: what is handed to the plugin and to the oracle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from layerproof_conformance.types.layout import Layout

Array = NDArray[Any]
GradOutput = Any
"""An array, or where several outputs have a gradient a tuple of an array for each of them."""


def gradient_names(count: int) -> tuple[str, ...]:
    """The names by which a reader knows the arrays of grad_output."""
    return ("grad_output",) if count == 1 else tuple(f"grad_output[{number}]" for number in range(count))


def named_gradients(grad_output: GradOutput) -> dict[str, Array]:
    """The arrays of grad_output by name."""
    gradients = grad_output if isinstance(grad_output, tuple) else (grad_output,)
    return dict(zip(gradient_names(len(gradients)), gradients, strict=True))


def as_grad_output(gradients: Sequence[Array]) -> GradOutput:
    """What backward takes for these gradients of the outputs: a plain array where there is one."""
    return gradients[0] if len(gradients) == 1 else tuple(gradients)


def mapped_gradient(function: Callable[[Array], Array], grad_output: GradOutput) -> GradOutput:
    """A grad_output of the same form, with the function applied to each array."""
    return as_grad_output([function(gradient) for gradient in named_gradients(grad_output).values()])


@dataclass(frozen=True)
class CaseInputs:
    """Forward arguments and grad_output with their pristine values, and how each array shall lie in memory."""

    layer: str
    arguments: dict[str, Any]
    grad_output: GradOutput
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
