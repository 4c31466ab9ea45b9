"""One layer of the contract, as read from its specification file."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Layer:
    """What the specification file of a layer says, for those who work with any layer.

    ``arguments`` are the forward arguments in order, ``differentiable`` those that have a gradient, in the order
    in which backward returns them, ``outputs`` the names of what forward computes (``grad_output`` belongs to the first).
    ``neutral`` gives, for each argument that an implementation may leave out of its signature, the value that it
    is then asked for. ``validate`` takes the forward arguments and raises ValueError.
    """

    name: str
    summary: str
    arguments: tuple[str, ...]
    differentiable: tuple[str, ...]
    outputs: tuple[str, ...]
    neutral: Mapping[str, Any]
    validate: Callable[..., None]
    is_neutral: Callable[[str, Mapping[str, Any]], bool]
    module: ModuleType

    @classmethod
    def read(cls, module: ModuleType) -> "Layer":
        """Read a specification module: its two hooks, DIFFERENTIABLE, NEUTRAL, validate, and what it adds to the usual."""
        name = module.__name__.rpartition(".")[2]
        neutral: Mapping[str, Any] = module.NEUTRAL

        def equals_neutral(argument: str, arguments: Mapping[str, Any]) -> bool:
            value, expected = arguments[argument], neutral[argument]
            return value is None if expected is None else bool(value == expected)

        return cls(
            name=name,
            summary=(module.__doc__ or "").strip().splitlines()[0],
            arguments=tuple(inspect.signature(getattr(module, f"{name}_forward")).parameters),
            differentiable=module.DIFFERENTIABLE,
            outputs=getattr(module, "OUTPUTS", ("output",)),
            neutral=neutral,
            validate=module.validate,
            is_neutral=getattr(module, "is_neutral", equals_neutral),
            module=module,
        )

    @property
    def hooks(self) -> tuple[str, str]:
        """The names of the layer's two hooks."""
        return f"{self.name}_forward", f"{self.name}_backward"

    @property
    def required(self) -> tuple[str, ...]:
        """The forward arguments that have no neutral value, so that every implementation must take them."""
        return tuple(argument for argument in self.arguments if argument not in self.neutral)
