"""The oracle: what PyTorch computes in float64, output and gradients.

It is generic: ``torch.nn.functional`` by the layer's name; a layer for which that does not do says so with ``call``
in its file.
"""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import Layer
from layerproof_conformance.types.inputs import GradOutput, named_gradients

Array = NDArray[Any]


@dataclass(frozen=True)
class Truth:
    """Outputs and gradients by name; a gradient is None where the argument was None."""

    outputs: dict[str, Array | None]
    gradients: dict[str, Array | None]


def by_name(truth: Truth) -> dict[str, Array]:
    """Outputs and gradients in one mapping, without those that are None."""
    results = {name: value for name, value in truth.outputs.items() if value is not None}
    results |= {f"grad_{name}": value for name, value in truth.gradients.items() if value is not None}
    return results


class Oracle:
    """Evaluates one layer in a torch dtype, float64 unless said otherwise."""

    def __init__(self, layer: Layer, call: Callable[..., Any] | None = None) -> None:
        self.layer = layer
        self.call = call or _functional(layer.name)

    def evaluate(
        self,
        arguments: Mapping[str, Any],
        grad_output: GradOutput | None,
        dtype: str = "float64",
        forward: Callable[..., Any] | None = None,
    ) -> Truth:
        """Evaluate the layer, or with ``forward`` a variant of it. Without grad_output there are no gradients."""
        import torch

        with single_thread():
            kind = getattr(torch, dtype)
            call = forward or self.call
            tensors = self.tensors(arguments, dtype, differentiable=grad_output is not None, call=call)
            wanted = [name for name in self.layer.differentiable if tensors[name] is not None]
            result = call(torch, **tensors)
            results = result if isinstance(result, tuple) else (result,)
            gradients: dict[str, Array | None] = dict.fromkeys(self.layer.differentiable)
            if grad_output is not None:
                outputs = dict(zip(self.layer.outputs, results, strict=True))
                computed = torch.autograd.grad(
                    [outputs[name] for name in self.layer.differentiable_outputs],
                    [tensors[name] for name in wanted],
                    [_tensor(np.asarray(gradient), kind) for gradient in named_gradients(grad_output).values()],
                    allow_unused=True,
                )
                for name, gradient in zip(wanted, computed, strict=True):
                    gradients[name] = np.zeros(tensors[name].shape) if gradient is None else _array(gradient)
            return Truth(dict(zip(self.layer.outputs, map(_array, results), strict=True)), gradients)

    def tensors(
        self, arguments: Mapping[str, Any], dtype: str, differentiable: bool, call: Callable[..., Any] | None = None
    ) -> dict[str, Any]:
        """The arguments with torch tensors for arrays, and with ``given_dtype`` for a call that asks for it."""
        import torch

        made = {name: _tensor(value, getattr(torch, dtype)) for name, value in arguments.items()}
        if _asks_for_dtype(self.call) or (call is not None and _asks_for_dtype(call)):
            made["given_dtype"] = arguments[self.layer.differentiable[0]].dtype.name
        if differentiable:
            for name in self.layer.differentiable:
                if made[name] is not None:
                    made[name].requires_grad_(True)
        return made


@contextlib.contextmanager
def single_thread() -> Iterator[None]:
    """Small inputs lose more to a thread pool than they gain; the caller's setting comes back."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def gradient_shapes(oracle: Oracle, arguments: Mapping[str, Any]) -> tuple[tuple[int, ...], ...]:
    """The shapes of the outputs that have a gradient, which are those of the arrays of grad_output."""
    outputs = oracle.evaluate(arguments, None).outputs
    return tuple(np.asarray(outputs[name]).shape for name in oracle.layer.differentiable_outputs)


@functools.cache
def _asks_for_dtype(call: Callable[..., Any]) -> bool:
    return "given_dtype" in inspect.signature(call).parameters


@functools.cache
def _functional(name: str) -> Callable[..., Any]:
    def call(torch: Any, **arguments: Any) -> Any:
        if "x" in arguments:
            arguments["input"] = arguments.pop("x")
        return getattr(torch.nn.functional, name)(**arguments)

    return call


def _tensor(value: Any, kind: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    import torch

    # in C order: PyTorch takes some strides of axes of length 1 for channels-last, and then errs in batch_norm
    tensor = torch.from_numpy(np.array(value, order="C"))
    return tensor.to(kind) if value.dtype.kind == "f" else tensor


def _array(tensor: Any) -> Array | None:
    return None if tensor is None else np.asarray(tensor.detach().numpy(), np.float64)
