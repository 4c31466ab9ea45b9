"""Find the layer and the plugin that returned the first number that is not finite."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import numpy as np

from layerproof import find_layers
from layerproof_train.network import Call, Watch


class _StepEndedError(Exception):
    """Ends a step as soon as there is a message."""


def first_not_finite(step: Callable[[Watch], Any]) -> str:
    """Repeat a step and describe the first hook call whose result has NaN or infinity in it; "" if there is none.

    ``step`` computes the gradients again, and calls its argument with every hook call.
    """
    messages: list[str] = []

    def look(call: Call) -> None:
        layer = find_layers()[call.layer]
        if call.grad_output is None:
            named: Iterable[tuple[str, Any]] = zip(layer.outputs, call.results, strict=True)
            given = [value for value in call.arguments.values() if isinstance(value, np.ndarray)]
        else:
            gradients = zip(layer.differentiable, call.results, call.needs_input_grad, strict=True)
            named = ((f"grad_{name}", value) for name, value, needed in gradients if needed)
            given = [call.grad_output]
        for name, value in named:
            if not np.isfinite(value).all():
                hook = layer.hooks[call.grad_output is not None]
                kind = "nan" if np.isnan(value).any() else "inf"
                whence = (
                    "what it was given is finite"
                    if all(map(_finite, given))
                    else "but what it was given is not finite either"
                )
                messages.append(
                    f"plugin {call.plugin} gave the first {kind}, in {name} of {hook}, {_place(call)}; {whence}"
                )
                raise _StepEndedError

    with suppress(_StepEndedError):
        step(look)
    return messages[0] if messages else ""


def _finite(values: Any) -> bool:
    return bool(np.isfinite(values).all())


def _place(call: Call) -> str:
    return "the loss" if call.layer == "cross_entropy" else f"layer {call.number} of the network"
