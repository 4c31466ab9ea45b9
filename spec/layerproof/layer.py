"""One layer of the contract, as read from its specification file."""

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from layerproof.roles import ANY_AXES, PRIME, Argument, Kind, Output, Role, read_arguments
from layerproof.shapes import array_shape, axis_lengths


@dataclass(frozen=True)
class Layer:
    """What the specification file of a layer says, for those who work with any layer.

    ``arguments`` are the forward arguments in order, ``roles`` says what each of them is, ``differentiable`` are those
    that have a gradient, in the order in which backward returns them. ``outputs`` are the names of what forward
    computes, ``output_roles`` says what each of them is. ``neutral`` gives, for each argument that an implementation
    may leave out of its signature, the value that it is then asked for (the name of another argument stands for that
    argument's value). ``validate`` takes the forward arguments by name and raises ValueError. ``statistics`` are the
    arguments that an output ``new_<name>`` replaces after a training step, with the values that they begin with.
    """

    name: str
    summary: str
    arguments: tuple[str, ...]
    roles: Mapping[str, Argument]
    differentiable: tuple[str, ...]
    outputs: tuple[str, ...]
    output_roles: Mapping[str, Output]
    neutral: Mapping[str, Any]
    validate: Callable[..., None]
    statistics: Mapping[str, float]
    module: ModuleType

    @classmethod
    def read(cls, module: ModuleType) -> "Layer":
        """Read a specification module: its hooks, ARGUMENTS, OUTPUTS, DIFFERENTIABLE and NEUTRAL.

        A module may have a function ``validate`` for what its ARGUMENTS cannot say; it names the arguments it needs.
        """
        from layerproof.validation import compile_validation  # imports NumPy, which `layerproof --help` does without

        name = module.__name__.rpartition(".")[2]
        arguments = tuple(inspect.signature(getattr(module, f"{name}_forward")).parameters)
        roles = read_arguments(arguments, module.ARGUMENTS)
        output_roles = {output: Output.parse(output, text) for output, text in module.OUTPUTS.items()}
        return cls(
            name=name,
            summary=(module.__doc__ or "").strip().splitlines()[0],
            arguments=arguments,
            roles=roles,
            differentiable=module.DIFFERENTIABLE,
            outputs=tuple(output_roles),
            output_roles=output_roles,
            neutral=module.NEUTRAL,
            validate=compile_validation(name, roles, getattr(module, "validate", None)),
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
    def differentiable_outputs(self) -> tuple[str, ...]:
        """The outputs that have a gradient: grad_output is one array, or a tuple where they are several."""
        return tuple(name for name, output in self.output_roles.items() if output.differentiable)

    @property
    def arrays(self) -> tuple[str, ...]:
        """The forward arguments that are arrays, of whatever kind."""
        return tuple(name for name, argument in self.roles.items() if argument.is_array)

    def needed_gradients(self, gradients: Sequence[Any], needs_input_grad: Sequence[bool]) -> dict[str, Any]:
        """What a backward returned, by name, without what was not needed."""
        given = zip(self.gradients, gradients, needs_input_grad, strict=True)
        return {name: value for name, value, needed in given if needed}

    def output_shape(self, arguments: Mapping[str, Any]) -> tuple[int, ...]:
        """The shape of the first output, for valid forward arguments."""
        given = {name: arguments[name].shape for name in self.arrays if arguments[name] is not None}
        known = {**arguments, **given}
        output = self.output_roles[self.outputs[0]]
        if output.reduced and arguments["reduction"] != "none":
            return ()
        lengths: dict[str, tuple[int, ...]] = {}
        for name, shape in given.items():
            if self.roles[name].role != Role.MASK:
                lengths |= axis_lengths(self.roles[name].axes, shape, arguments)
        formula = getattr(self.module, "output_size", None)
        if formula is not None:
            names = inspect.signature(formula).parameters
            sizes = formula(**{name: known[name] for name in names})
            primed = [word for word in output.axes if word.endswith(PRIME)]
            if primed == [ANY_AXES + PRIME]:
                lengths[primed[0]] = sizes
            else:
                lengths |= {word: (size,) for word, size in zip(primed, sizes, strict=True)}
        return array_shape(output.axes, lengths, arguments)

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

    def is_neutral(self, argument: str, arguments: Mapping[str, Any]) -> bool:
        """Whether an argument has its neutral value, however that is written.

        An axis may be counted from either end. A value that is an exception among indices is neutral when no index has
        it.
        """
        value, neutral = arguments[argument], self.neutral[argument]
        if neutral is None or value is None:
            return value is neutral
        if isinstance(neutral, str) and neutral in self.roles:
            return bool(value == arguments[neutral])
        role = self.roles[argument]
        if role.kind == Kind.AXIS:
            return bool((value - neutral) % max(arguments[role.of].ndim, 1) == 0)
        indices = [arguments[other.name] for other in self.roles.values() if other.exception == argument]
        if indices:
            return not any(bool((array == value).any()) for array in indices)
        return bool(value == neutral)

    def contract(self) -> str:
        """The whole contract in text: the formula, the shapes, and the signature and docstring of both hooks."""
        parts = [inspect.cleandoc(self.module.__doc__ or ""), f"Shapes: {self.shapes()}"]
        for hook in self.hooks:
            function = getattr(self.module, hook)
            plain = ", ".join(inspect.signature(function).parameters)
            parts.append(f"{hook}({plain})\n\n{textwrap.indent(inspect.cleandoc(function.__doc__ or ''), '    ')}")
        parts.append(
            "The signature of backward may leave out needs_input_grad: one bool for each gradient, False where it is "
            "not wanted."
        )
        if self.neutral:
            parts.append(
                "The signature of forward may leave out these arguments, and is then asked for their neutral values "
                "only: " + ", ".join(self.neutral_texts())
            )
        return "\n\n".join(parts)

    def shapes(self) -> str:
        """The symbolic shapes of arrays and outputs in one line; equal words are equal lengths."""
        arrays = [f"{name} {self.roles[name].shape_text}" for name in self.arrays]
        outputs = [f"{name} {output.shape_text}" for name, output in self.output_roles.items()]
        return f"{', '.join(arrays)} -> {', '.join(outputs)}"

    def neutral_texts(self) -> Iterator[str]:
        """Each neutral value as ``name=value``, where the value may be the name of another argument."""
        for name, value in self.neutral.items():
            is_argument = isinstance(value, str) and value in self.arguments
            yield f"{name}={value if is_argument else repr(value)}"
