"""The inputs of a call, laid out in memory as the case asks for, and guarded against changes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.cases.layouts import lay_out
from layerproof_conformance.types.inputs import CaseInputs, as_grad_output, named_gradients

Array = NDArray[Any]


class GuardedInputs:
    """The inputs of one call as the plugin gets them, and a copy of every byte of the buffers they lie in.

    ``expected_states`` are the states in which a backward has to leave the generators.
    """

    def __init__(self, inputs: CaseInputs, readonly: bool) -> None:
        self.arguments = dict(inputs.arguments)
        self.expected_states: dict[str, Any] = {}
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

    def generator_states(self) -> dict[str, Any]:
        """The state of each generator, as it is now."""
        generators = {name: value for name, value in self.arguments.items() if isinstance(value, np.random.Generator)}
        return {name: value.bit_generator.state for name, value in generators.items()}

    def draw(self) -> None:
        """Draw from each generator, as the next layer of a network does; a backward has to leave it as it is then."""
        for value in self.arguments.values():
            if isinstance(value, np.random.Generator):
                value.random()
        self.expected_states = self.generator_states()

    def changed(self) -> list[str]:
        """What the plugin has changed: the buffer of an array, in or around the array, or its writeable flag."""
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
