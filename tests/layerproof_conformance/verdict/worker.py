"""What runs in a worker process: load the plugin, put each request to it, and write down what comes back.

No torch, no expected values, no tolerances here: nothing that a plugin could read, and nothing that it could change,
decides a verdict.
"""

import contextlib
import itertools
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pluggy
from numpy.typing import NDArray

import layerproof
from layerproof import NotSupportedError, PluginError, PluginSet, Saved, find_layers
from layerproof_conformance.cases.layouts import lay_out
from layerproof_conformance.types.inputs import (
    CaseInputs,
    GradOutput,
    as_grad_output,
    mapped_gradient,
    named_gradients,
)
from layerproof_conformance.verdict.exchange import (
    Answer,
    Description,
    Gradient,
    Observation,
    Request,
    Violation,
    Which,
)
from layerproof_conformance.verdict.global_state import GlobalState

Array = NDArray[Any]


def describe(plugins: PluginSet) -> Description:
    """Say which layers the plugin implements, and which arguments it leaves out of its signatures."""
    plugin = plugins.plugins[0]
    unsupported_arguments = {layer: plugins.unsupported_arguments(layer) for layer in plugin.layers}
    return Description(plugin.name, plugin.version, plugin.layers, unsupported_arguments)


def answer(plugins: PluginSet, request: Request) -> Answer:
    """Put one request to the plugin; whatever the plugin raises becomes part of the answer."""
    found, changes, after = _observed(plugins, request)
    if changes:  # a late import may set something up once; an effect of the hook itself comes back
        changes = _observed(plugins, request)[1]
        if not changes:
            after.restore()  # what was imported may rely on what it set up
    found.violations += [Violation("global state", message) for message in changes]
    return found


def _observed(plugins: PluginSet, request: Request) -> tuple[Answer, list[str], GlobalState]:
    found = Answer()
    before = GlobalState.read()
    started = time.perf_counter()
    try:
        _CallSequence(plugins, request, found).run()
    except NotSupportedError as error:
        found.status, found.message = "declined", str(error)
        if found.observations:
            found.violations.append(Violation("declines by value", f"answered this configuration before, then {error}"))
        elif _answers_harmless_values(plugins, request):
            message = f"answers this configuration for harmless values, but {error}"
            found.violations.append(Violation("declines by value", message))
    except BaseException as error:  # a plugin may raise anything, SystemExit and KeyboardInterrupt too
        found.status, found.message = "error", _one_line(error)
    found.seconds = time.perf_counter() - started
    after = GlobalState.read()
    changes = after.changes_since(before)
    if changes:
        before.restore()
    return found, changes, after


def _answers_harmless_values(plugins: PluginSet, request: Request) -> bool:
    """Whether a declined configuration is answered for ordinary numbers: values are no reason to decline."""
    harmless = {
        name: np.linspace(0.5, 1.5, value.size, dtype=value.dtype).reshape(value.shape)
        for name, value in request.first.arguments.items()
        if isinstance(value, np.ndarray) and value.dtype.kind == "f"
    }
    inputs = replace(request.first, arguments={**request.first.arguments, **harmless})
    try:
        plugins.forward(request.layer, **_GuardedInputs(inputs, request.readonly).arguments)
    except Exception:
        return False
    return True


class _GuardedInputs:
    """The inputs of one call as the plugin gets them, and a copy of every byte of the buffers they lie in."""

    def __init__(self, inputs: CaseInputs, readonly: bool) -> None:
        self.arguments = dict(inputs.arguments)
        self.left: dict[str, Any] = {}
        self.views: dict[str, Array] = {}
        self._buffers: dict[str, Array] = {}
        gradients = named_gradients(inputs.grad_output)
        for name, value in [*inputs.arguments.items(), *gradients.items()]:
            if isinstance(value, np.ndarray):
                view, buffer = lay_out(value, inputs.layouts.get(name, "C"))
                view.flags.writeable = view.flags.writeable and not readonly
                self.views[name], self._buffers[name] = view, buffer
        self._writeable = {name: view.flags.writeable for name, view in self.views.items()}
        self.grad_output = as_grad_output([self.views[name] for name in gradients])
        self.arguments |= {name: view for name, view in self.views.items() if name not in gradients}
        self.renew_generators(inputs)
        self._pristine = {name: buffer.tobytes() for name, buffer in self._buffers.items()}

    def renew_generators(self, inputs: CaseInputs) -> None:
        """Give each call a generator in the state that the case asks for."""
        for name, value in inputs.arguments.items():
            if isinstance(value, np.random.Generator):
                copy = np.random.Generator(type(value.bit_generator)())
                copy.bit_generator.state = value.bit_generator.state
                self.arguments[name] = copy

    def generators(self) -> dict[str, Any]:
        """The state of each generator, as it is now."""
        found = {name: value for name, value in self.arguments.items() if isinstance(value, np.random.Generator)}
        return {name: value.bit_generator.state for name, value in found.items()}

    def draw(self) -> None:
        """Draw from each generator, as the next layer of a network does; a backward has to leave that as it is."""
        for value in self.arguments.values():
            if isinstance(value, np.random.Generator):
                value.random()
        self.left = self.generators()

    def changed(self) -> list[str]:
        """What has changed: the buffers of arrays, in or around the array, or whether they can be written."""
        changed = [
            f"the memory of {name}"
            for name, buffer in self._buffers.items()
            if buffer.tobytes() != self._pristine[name]
        ]
        writeable = {name: view.flags.writeable for name, view in self.views.items()}
        return changed + [
            f"the writeable flag of {name}" for name in writeable if writeable[name] != self._writeable[name]
        ]

    def refill(self, inputs: CaseInputs) -> None:
        """Put other values into the same buffers, as a training loop does that reuses them."""
        self.renew_generators(inputs)
        values = {**inputs.arguments, **named_gradients(inputs.grad_output)}
        for name, view in self.views.items():
            view[...] = values[name]
        self._pristine = {name: buffer.tobytes() for name, buffer in self._buffers.items()}


class _CallSequence:
    """The calls that a request asks for, in order; each result is written down before anything can overwrite it."""

    def __init__(self, plugins: PluginSet, request: Request, found: Answer) -> None:
        self._plugins, self._request, self._found = plugins, request, found
        self._layer = find_layers()[request.layer]
        self._needs = tuple(request.first.arguments[name] is not None for name in self._layer.differentiable)
        self._kept: list[tuple[str, Any, bytes]] = []

    def run(self) -> None:
        """Run all calls."""
        first = _GuardedInputs(self._request.first, self._request.readonly)
        saved = self._forward("values", "first", first)
        self._backward("values", "first", "own", first.grad_output, saved)
        self._check_unchanged(first)
        if self._request.second is None or self._request.another is None:
            return
        second = _GuardedInputs(self._request.second, self._request.readonly)
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
        """A forward and a backward of other shapes in between; whether they are right is the matter of another case."""
        if self._request.other_shape_call is not None:
            handed = _GuardedInputs(self._request.other_shape_call, self._request.readonly)
            with contextlib.suppress(NotSupportedError):
                _, saved = self._plugins.forward(self._request.layer, **handed.arguments)
                needs = tuple(handed.arguments[name] is not None for name in self._layer.differentiable)
                self._plugins.backward(handed.grad_output, saved, needs)

    def _refilled(self) -> None:
        """Hand over plain copies, as layouts must not matter, and the same buffers again with other values in them."""
        assert self._request.second is not None
        handed = _GuardedInputs(replace(self._request.first, layouts={}), readonly=False)
        saved = self._forward("buffers before refill", "first", handed)
        self._backward("buffers before refill", "first", "own", handed.grad_output, saved)
        del saved
        self._check_unchanged(handed)
        handed.refill(self._request.second)
        saved = self._forward("buffers refilled", "second", handed)
        self._backward("buffers refilled", "second", "own", handed.grad_output, saved)
        self._check_unchanged(handed)

    def _subsets(self) -> Iterator[tuple[bool, ...]]:
        for needs in itertools.product((True, False), repeat=len(self._needs)):
            if needs != self._needs and all(
                given or not asked for given, asked in zip(self._needs, needs, strict=True)
            ):
                yield needs

    def _forward(self, check: str, which: Which, handed: _GuardedInputs) -> Saved:
        output, saved = self._plugins.forward(self._request.layer, **handed.arguments)
        outputs = output if len(self._layer.outputs) > 1 else (output,)
        if not isinstance(outputs, tuple) or len(outputs) != len(self._layer.outputs):
            message = f"output should be the tuple ({', '.join(self._layer.outputs)}), but is a {type(output).__name__}"
            self._found.violations.append(Violation("structure", message))
            outputs = ()
        left = handed.generators()
        self._note(Observation(check, which, None, tuple(outputs), generators=left), self._layer.outputs)
        handed.draw()
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

    def _note(self, seen: Observation, names: tuple[str, ...]) -> None:
        for name, value in zip(names, seen.results, strict=False):
            if isinstance(value, np.ndarray) and seen.check != "buffers before refill":
                self._kept.append((f"{name} of {seen.check!r}", value, value.tobytes()))
        copies = tuple(_copied(value) for value in seen.results)
        for number, earlier in enumerate(self._found.observations):
            if (earlier.which, earlier.gradient, earlier.needs_input_grad) == (
                seen.which, seen.gradient, seen.needs_input_grad,
            ) and _same_bits(earlier.results, copies):  # fmt: skip
                self._found.observations.append(replace(seen, results=(), same_as=number))
                return
        self._found.observations.append(replace(seen, results=copies))

    def _check_unchanged(self, handed: _GuardedInputs) -> None:
        messages = [f"a hook changed {name}, which was handed over to be read" for name in handed.changed()]
        if handed.generators() != handed.left:
            messages.append("a generator was drawn from or set back after the forward returned")
        for message in messages:
            if not any(message == violation.message for violation in self._found.violations):
                self._found.violations.append(Violation("mutation", message))

    def _check_kept(self) -> None:
        for name, value, pristine in self._kept:
            if value.tobytes() != pristine:
                message = f"{name} was changed by a later call, but results keep their values"
                self._found.violations.append(Violation("results kept", message))
        self._kept.clear()


def _copied(value: Any) -> Any:
    """A result that can travel: arrays as plain copies, what is no array by a description of it."""
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


def _one_line(error: BaseException) -> str:
    """What went wrong and where: in the plugin's own code, not in what it calls or is called by."""
    says = " ".join(str(error).split())[:500]
    if isinstance(error, PluginError):
        return says  # the contract is broken, and not a line of code
    frames = list(traceback.extract_tb(error.__traceback__))
    others = [Path(module.__file__ or "").parent for module in (sys.modules[__name__], layerproof, np, pluggy)]
    own = [frame for frame in frames if not any(other in Path(frame.filename).parents for other in others)]
    frame = (own or frames)[-1]
    return f"{type(error).__name__}: {says} ({Path(frame.filename).name}, line {frame.lineno}, in {frame.name})"
