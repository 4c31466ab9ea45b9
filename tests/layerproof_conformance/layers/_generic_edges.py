"""The edges that every layer has, from the roles of its arguments and an example of them.

- plain, neutral, without_*: the example; with nothing that may be left out; without each array that may be None
- no_samples, one_value: a batch of none; size one in every axis
- scalar, no_leading_axes, no_positions: where a specification has ``...``, no axis there
- nan_and_inf_in_*: NaN and infinities in each floating-point array in turn, and in grad_output
- subnormal, digits, large_batch: the first array small, from digits, with many samples
- *_sum, *_none: the other reductions of a loss
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from layerproof import Layer
from layerproof.roles import Argument, Role
from layerproof_conformance.layers._examples import Array, Edges, numbers, with_value_at
from layerproof_conformance.types.case import Recipe

Arguments = Mapping[str, Any]
LARGE_BATCH = 1031
"""Samples of an edge; of a layer with more than LARGE_SAMPLE elements in each, there are MANY."""
LARGE_SAMPLE, MANY = 16, 301


def generic_edges(
    layer: Layer, examples: Mapping[str, Arguments], defined: Callable[[Arguments], bool] | None
) -> Edges:
    """The edges of each example, its name behind theirs; those that the layer does not accept are left out."""
    edges: Edges = {}
    for ending, example in examples.items():
        for name, arguments in _Example(layer, example).edges():
            if _is_legal(layer, arguments, defined):
                edges[f"{name}_{ending}" if ending else name] = arguments
    return edges


def _is_legal(layer: Layer, arguments: Arguments, defined: Callable[[Arguments], bool] | None) -> bool:
    completed = layer.completed({name: value for name, value in arguments.items() if name != "grad_output"})
    if any(isinstance(value, Recipe) for value in completed.values()):
        return True
    for name, argument in layer.roles.items():
        if argument.role is Role.GENERATOR:
            completed[name] = np.random.default_rng(0)
    try:
        layer.validate(**completed)
    except ValueError:
        return False
    return defined is None or defined(completed)


class _Example:
    """Arguments of a layer, and the names of the axes of each array among them."""

    def __init__(self, layer: Layer, arguments: Arguments) -> None:
        self._layer, self._arguments = layer, arguments
        self._arrays = {name: arguments[name] for name in layer.arrays if arguments.get(name) is not None}
        self._first = layer.differentiable[0]
        self._axes = {name: self._spelled_out(layer.roles[name]) for name in self._arrays}
        self._batch = "N" if any("N" in axes for axes in self._axes.values()) else "..."

    def edges(self) -> Iterator[tuple[str, Arguments]]:
        """Every edge by name, also those that are not legal for the layer."""
        yield "plain", self._arguments
        yield "one_value", self._of_size_one()
        yield "no_samples", self._without_samples()
        if any("..." in axes for axes in self._axes.values()):
            yield self._without_open_axes()
        required = {name: value for name, value in self._arguments.items() if name not in self._layer.neutral}
        completed = self._layer.completed(self._arguments)
        if not all(self._layer.is_neutral(name, completed) for name in self._layer.neutral):
            yield "neutral", required
        for name, argument in self._layer.roles.items():
            if argument.optional and name in self._arrays:
                yield f"without_{name}", {**self._arguments, name: None}
        for name, value in self._arrays.items():
            if value.dtype.kind == "f":
                yield f"nan_and_inf_in_{name}", {**self._arguments, name: _with_nan_and_inf(value)}
        # a function of the shape, which is that of the output
        gradient = {"grad_output": lambda shape: _with_nan_and_inf(numbers(*shape))}
        yield "nan_and_inf_in_grad_output", {**self._arguments, **gradient}
        yield "subnormal", {**self._arguments, self._first: self._arrays[self._first] * 1e-42}
        if self._axes[self._first][-2:] == ["H", "W"]:
            channels = self._arrays[self._first].shape[1]
            yield "digits", {**self._arguments, self._first: Recipe((4, channels, 28, 28), "mnist")}
        yield "large_batch", self._with_many_samples()
        if "reduction" in self._layer.arguments:
            for reduction in ("sum", "none"):
                yield f"plain_{reduction}", {**self._arguments, "reduction": reduction}
                yield f"one_value_{reduction}", {**self._of_size_one(), "reduction": reduction}
                yield f"no_samples_{reduction}", {**self._without_samples(), "reduction": reduction}

    def _spelled_out(self, argument: Argument) -> list[str]:
        """A name for each axis of an array: that of the specification, as often as it stands for several."""
        ndim = self._arrays[argument.name].ndim
        lengths = {axis: len(self._arguments[axis[1:]]) for axis in argument.axes if axis.startswith("*")}
        fixed = sum(lengths.get(axis, 1) for axis in argument.axes if axis != "...")
        counts = {**lengths, "...": max(0, ndim - fixed)}
        names = [axis for axis in argument.axes for _ in range(counts.get(axis, 1))]
        return names[len(names) - ndim :]

    def _with(self, change: Callable[[Array, list[str]], Any]) -> Arguments:
        """Each array changed by a function of it and of the names of its axes."""
        return {**self._arguments, **{name: change(value, self._axes[name]) for name, value in self._arrays.items()}}

    def _without_samples(self) -> Arguments:
        batch = self._batch
        return self._with(lambda value, axes: value.take([], axes.index(batch)) if batch in axes else value)

    def _of_size_one(self) -> Arguments:
        arguments = {name: self._size_one(name, value) for name, value in self._arguments.items()}
        return {**arguments, **{name: value[(slice(0, 1),) * value.ndim] for name, value in self._arrays.items()}}

    def _size_one(self, name: str, value: Any) -> Any:
        """A window, a shape or a number of groups that fits arrays of one value."""
        if isinstance(value, tuple):
            neutral = self._layer.neutral.get(name)
            return neutral if isinstance(neutral, tuple) else (1,) * len(value)
        return 1 if name in ("groups", "num_groups") else value

    def _without_open_axes(self) -> tuple[str, Arguments]:
        axes = self._axes[self._first] if "..." in self._axes[self._first] else ["..."]
        name = "scalar" if set(axes) == {"..."} else "no_leading_axes" if axes[0] == "..." else "no_positions"
        return name, self._with(
            lambda value, axes: value[(*(0 if axis == "..." else slice(None) for axis in axes), ...)]
        )

    def _with_many_samples(self) -> Arguments:
        first = next(name for name, axes in self._axes.items() if self._batch in axes)
        elements = self._arrays[first][0].size
        count = LARGE_BATCH if elements <= LARGE_SAMPLE else MANY

        def recipe(name: str, value: Array) -> Any:
            if self._batch not in self._axes[name]:
                return value
            position = self._axes[name].index(self._batch)
            shape = (*value.shape[:position], count, *value.shape[position + 1 :])
            if value.dtype.kind == "f":
                return Recipe(shape, "positive" if name == first else "normal")
            return Recipe(shape, f"classes_{int(value.max()) + 1}" if value.dtype.kind == "i" else "mask")

        return {**self._arguments, **{name: recipe(name, value) for name, value in self._arrays.items()}}


def _with_nan_and_inf(value: Array) -> Array:
    """NaN and both infinities, as far from each other as there is room; in an array of one element the negative one."""
    for number, special in enumerate((np.nan, np.inf, -np.inf)):
        place = value.size * number // 3 + value.size // 6
        value = with_value_at(value, place, special) if place < value.size else value
    return value
