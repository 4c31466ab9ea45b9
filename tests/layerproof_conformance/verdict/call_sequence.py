"""The calls of a case, and what each of them returned."""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from layerproof import NotSupportedError, PluginSet, Saved, find_layers
from layerproof_conformance.types.inputs import GradOutput, mapped_gradient
from layerproof_conformance.verdict.exchange import Answer, Gradient, Observation, Request, Violation, Which
from layerproof_conformance.verdict.guarded_inputs import GuardedInputs


class CallSequence:
    """The calls that a request asks for, in order; each result is recorded before anything can overwrite it."""

    def __init__(self, plugins: PluginSet, request: Request, answer: Answer) -> None:
        self._plugins, self._request, self._answer = plugins, request, answer
        self._layer = find_layers()[request.layer]
        self._needs = tuple(request.first.arguments[name] is not None for name in self._layer.differentiable)
        self._kept: list[tuple[str, Any, bytes]] = []

    def run(self) -> None:
        """Run all calls."""
        first = GuardedInputs(self._request.first, self._request.readonly)
        saved = self._forward("values", "first", first)
        self._backward("values", "first", "own", first.grad_output, saved)
        self._check_unchanged(first)
        if self._request.second is None or self._request.another is None:
            return
        second = GuardedInputs(self._request.second, self._request.readonly)
        self._backward("backward twice", "first", "own", first.grad_output, saved)
        self._backward("another grad_output", "first", "another", self._request.another, saved)
        self._backward(
            "zero grad_output", "first", "zero", mapped_gradient(np.zeros_like, self._request.another), saved
        )
        for needs in self._subsets():
            self._backward("needs_input_grad", "first", "own", first.grad_output, saved, needs)
        saved_second = self._forward("same shapes, other values", "second", second)
        self._backward("backward after another forward", "first", "own", first.grad_output, saved)
        self._backward("same shapes, other values", "second", "own", second.grad_output, saved_second)
        self._other_shape_call()
        self._backward("backward after a call of other shapes", "first", "own", first.grad_output, saved)
        self._check_unchanged(first)
        self._check_unchanged(second)
        self._check_kept()
        del saved, saved_second
        self._refilled()
        first.renew_generators(self._request.first)
        again = self._forward("repeated", "first", first)
        self._backward("repeated", "first", "own", first.grad_output, again)

    def _other_shape_call(self) -> None:
        """Make a forward and a backward of other shapes in between; other cases say whether they are right."""
        if self._request.other_shape_call is not None:
            inputs = GuardedInputs(self._request.other_shape_call, self._request.readonly)
            with contextlib.suppress(NotSupportedError):
                _, saved = self._plugins.forward(self._request.layer, **inputs.arguments)
                needs = tuple(inputs.arguments[name] is not None for name in self._layer.differentiable)
                self._plugins.backward(inputs.grad_output, saved, needs)

    def _refilled(self) -> None:
        """Hand over plain arrays, because layouts must not matter, then the same buffers with other values in them."""
        assert self._request.second is not None
        inputs = GuardedInputs(replace(self._request.first, layouts={}), readonly=False)
        saved = self._forward("buffers before refill", "first", inputs)
        self._backward("buffers before refill", "first", "own", inputs.grad_output, saved)
        del saved
        self._check_unchanged(inputs)
        inputs.refill(self._request.second)
        saved = self._forward("buffers refilled", "second", inputs)
        self._backward("buffers refilled", "second", "own", inputs.grad_output, saved)
        self._check_unchanged(inputs)

    def _subsets(self) -> Iterator[tuple[bool, ...]]:
        for needs in itertools.product((True, False), repeat=len(self._needs)):
            if needs != self._needs and all(
                given or not asked for given, asked in zip(self._needs, needs, strict=True)
            ):
                yield needs

    def _forward(self, check: str, which: Which, inputs: GuardedInputs) -> Saved:
        output, saved = self._plugins.forward(self._request.layer, **inputs.arguments)
        outputs = output if len(self._layer.outputs) > 1 else (output,)
        if not isinstance(outputs, tuple) or len(outputs) != len(self._layer.outputs):
            message = f"output should be the tuple ({', '.join(self._layer.outputs)}), but is a {type(output).__name__}"
            self._answer.violations.append(Violation("structure", message))
            outputs = ()
        states = inputs.generator_states()
        self._note(Observation(check, which, None, tuple(outputs), generators=states), self._layer.outputs)
        inputs.draw()
        return saved

    def _backward(
        self,
        check: str,
        which: Which,
        gradient: Gradient,
        grad_output: GradOutput,
        saved: Saved,
        needs: tuple[bool, ...] = (),
    ) -> None:
        gradients = self._plugins.backward(grad_output, saved, needs or self._needs)
        self._note(Observation(check, which, gradient, gradients, None, needs or self._needs), self._layer.gradients)

    def _note(self, observation: Observation, names: tuple[str, ...]) -> None:
        for name, value in zip(names, observation.results, strict=False):
            if isinstance(value, np.ndarray) and observation.check != "buffers before refill":
                self._kept.append((f"{name} of {observation.check!r}", value, value.tobytes()))
        copies = tuple(_copied(value) for value in observation.results)
        for number, earlier in enumerate(self._answer.observations):
            if (earlier.which, earlier.gradient, earlier.needs_input_grad) == (
                observation.which, observation.gradient, observation.needs_input_grad,
            ) and _same_bits(earlier.results, copies):  # fmt: skip
                self._answer.observations.append(replace(observation, results=(), same_as=number))
                return
        self._answer.observations.append(replace(observation, results=copies))

    def _check_unchanged(self, inputs: GuardedInputs) -> None:
        messages = [f"a hook changed {name}, which was handed over to be read" for name in inputs.changed()]
        if inputs.generator_states() != inputs.expected_states:
            messages.append("a generator was drawn from or set back after the forward returned")
        for message in messages:
            if not any(message == violation.message for violation in self._answer.violations):
                self._answer.violations.append(Violation("mutation", message))

    def _check_kept(self) -> None:
        for name, value, pristine in self._kept:
            if value.tobytes() != pristine:
                message = f"{name} was changed by a later call, but results keep their values"
                self._answer.violations.append(Violation("results kept", message))
        self._kept.clear()


def _copied(value: Any) -> Any:
    """A result that can be sent: a plain copy of an array, a description of anything else."""
    if isinstance(value, np.ndarray):
        return np.array(value, order="C", subok=False)
    if value is None or isinstance(value, np.generic):
        return value
    return f"a {type(value).__module__}.{type(value).__qualname__}"


def _same_bits(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(one) == len(other) and all(
        type(a) is type(b) and (a is None if not isinstance(a, (np.ndarray, np.generic)) else _bits(a) == _bits(b))
        for a, b in zip(one, other, strict=True)
    )


def _bits(value: Any) -> tuple[str, tuple[int, ...], bytes]:
    return str(value.dtype), value.shape, value.tobytes()
