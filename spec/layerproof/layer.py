"""One layer of the contract, as read from its specification file."""

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from layerproof.roles import Argument, read_roles


@dataclass(frozen=True)
class Layer:
    """What the specification file of a layer says, for those who work with any layer.

    ``arguments`` are the forward arguments in order, ``roles`` says what each of them is, ``differentiable`` are those
    that have a gradient, in the order in which backward returns them, ``outputs`` the names of what forward computes
    (``grad_output`` belongs to the first). ``neutral`` gives, for each argument that an implementation may leave out of
    its signature, the value that it is then asked for (the name of another argument stands for that argument's value).
    ``validate`` takes the forward arguments and raises ValueError. ``statistics`` are the arguments that an output
    ``new_<name>`` replaces after a training step, with the values that they begin with.
    """

    name: str
    summary: str
    arguments: tuple[str, ...]
    roles: Mapping[str, Argument]
    differentiable: tuple[str, ...]
    outputs: tuple[str, ...]
    neutral: Mapping[str, Any]
    validate: Callable[..., None]
    is_neutral: Callable[[str, Mapping[str, Any]], bool]
    statistics: Mapping[str, float]
    module: ModuleType

    @classmethod
    def read(cls, module: ModuleType) -> "Layer":
        """Read a specification module: hooks, ARGUMENTS, DIFFERENTIABLE, NEUTRAL, validate, and what it adds."""
        name = module.__name__.rpartition(".")[2]
        neutral: Mapping[str, Any] = module.NEUTRAL

        def equals_neutral(argument: str, arguments: Mapping[str, Any]) -> bool:
            value, expected = arguments[argument], neutral[argument]
            return value is None if expected is None else bool(value == expected)

        arguments = tuple(inspect.signature(getattr(module, f"{name}_forward")).parameters)
        return cls(
            name=name,
            summary=(module.__doc__ or "").strip().splitlines()[0],
            arguments=arguments,
            roles=read_roles(arguments, module.ARGUMENTS),
            differentiable=module.DIFFERENTIABLE,
            outputs=getattr(module, "OUTPUTS", ("output",)),
            neutral=neutral,
            validate=module.validate,
            is_neutral=getattr(module, "is_neutral", equals_neutral),
            statistics=getattr(module, "STATISTICS", {}),
            module=module,
        )

    @property
    def hooks(self) -> tuple[str, str]:
        """The names of the layer's two hooks."""
        return f"{self.name}_forward", f"{self.name}_backward"

    @property
    def gradients(self) -> tuple[str, ...]:
        """The names of what backward returns, in order."""
        return tuple(f"grad_{name}" for name in self.differentiable)

    @property
    def arrays(self) -> tuple[str, ...]:
        """The forward arguments that are arrays, of whatever kind."""
        return tuple(name for name, argument in self.roles.items() if argument.is_array)

    def needed_gradients(self, gradients: Sequence[Any], needs_input_grad: Sequence[bool]) -> dict[str, Any]:
        """What a backward returned, by name, without what was not needed."""
        given = zip(self.gradients, gradients, needs_input_grad, strict=True)
        return {name: value for name, value, needed in given if needed}

    def output_shape(self, arguments: Mapping[str, Any]) -> tuple[int, ...]:
        """The shape of the first output for valid forward arguments: that of x, unless the specification says more."""
        shapes = {name: arguments[name].shape for name in self.arrays if arguments[name] is not None}
        function = getattr(self.module, "output_shape", None)
        shape: tuple[int, ...] = function(**{**arguments, **shapes}) if function else shapes["x"]
        return shape

    @property
    def required(self) -> tuple[str, ...]:
        """The forward arguments that have no neutral value, so that every implementation must take them."""
        return tuple(argument for argument in self.arguments if argument not in self.neutral)

    def completed(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments with the neutral value of each one that is not given."""
        values = {**self.neutral, **given}
        return {
            name: values[value] if isinstance(value, str) and value in values else value
            for name, value in values.items()
        }

    def contract(self) -> str:
        """The whole contract in text: the formula, and the signature and docstring of both hooks."""
        parts = [inspect.cleandoc(self.module.__doc__ or "")]
        for hook in self.hooks:
            function = getattr(self.module, hook)
            plain = ", ".join(inspect.signature(function).parameters)
            parts.append(f"{hook}({plain})\n\n{textwrap.indent(inspect.cleandoc(function.__doc__ or ''), '    ')}")
        parts.append(
            "May be left out of the signature of backward: needs_input_grad, one bool for each gradient, False where "
            "it is not wanted."
        )
        if self.neutral:
            values = ", ".join(self.neutral_texts())
            parts.append(
                "May be left out of the signature of forward, and is then asked for only with its neutral value: "
                + values
            )
        return "\n\n".join(parts)

    def neutral_texts(self) -> Iterator[str]:
        """Each neutral value as ``name=value``, where the value may be the name of another argument."""
        for name, value in self.neutral.items():
            is_argument = isinstance(value, str) and value in self.arguments
            yield f"{name}={value if is_argument else repr(value)}"
