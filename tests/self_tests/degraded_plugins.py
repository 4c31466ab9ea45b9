"""The reference with less precision than its inputs have: what the judge must tell from a right algorithm."""

import contextlib
import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np

import layerproof_reference
from layerproof import PluginSet, find_layers, hookimpl
from layerproof_reference import _normalization

Array = np.ndarray
EXPONENTIAL = (
    "sigmoid", "tanh", "silu", "elu", "gelu", "softplus", "softmax", "log_softmax", "cross_entropy",
    "scaled_dot_product_attention", "binary_cross_entropy_with_logits",
)  # fmt: skip
SELECTING = ("relu", "flatten", "max_pool2d", "embedding", "dropout")
CENTRED = ("batch_norm", "layer_norm", "group_norm")
HELPERS = ("_logistic", "_erf", "_normalization")


@dataclass(frozen=True)
class Degraded:
    """A way to lose precision, the layers that it makes sense for, and how it is done."""

    name: str
    layers: tuple[str, ...]
    inputs: Callable[[Array], Array] = lambda values: values
    gradients: Callable[[Array], Array] = lambda values: values
    patch: Callable[[str], Any] = lambda layer: contextlib.nullcontext()

    def in_force(self, layer: str) -> Any:
        """A context in which the reference computes that way."""
        return self.patch(layer)

    def module(self, layer: str) -> ModuleType:
        """A plugin of one layer: the reference between rounded inputs and altered gradients."""
        contract, reference = find_layers()[layer], PluginSet([layerproof_reference])
        namespace: dict[str, Any] = {}

        def forward(arguments: dict[str, Any]) -> tuple[Any, Any]:
            return reference.forward(layer, **{name: self._rounded(value) for name, value in arguments.items()})

        def backward(grad_output: Array, saved: Any, needs_input_grad: tuple[bool, ...]) -> tuple[Any, ...]:
            found = reference.backward(self._rounded(grad_output), saved, needs_input_grad)
            return tuple(None if one is None else self.gradients(one) for one in found)

        # hooks are called by the names of their parameters, so these are written out
        names = ", ".join(contract.arguments)
        pairs = ", ".join(f"{name}={name}" for name in contract.arguments)
        source = (
            f"def {contract.hooks[0]}({names}):\n    return forward(dict({pairs}))\n"
            f"def {contract.hooks[1]}(grad_output, saved, needs_input_grad):\n"
            "    return backward(grad_output, saved, needs_input_grad)\n"
        )
        exec(source, {"forward": forward, "backward": backward}, namespace)
        module = ModuleType(f"degraded_{layer}")
        for hook in contract.hooks:
            setattr(module, hook, hookimpl(namespace[hook]))
        return module

    def _rounded(self, value: Any) -> Any:
        is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
        return self.inputs(value) if is_float else value


def to_bits(kept: int) -> Callable[[Array], Array]:
    """Round float32 to so many bits of mantissa, the hidden one included."""
    dropped = 24 - kept

    def rounded(values: Array) -> Array:
        bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
        nearest = (bits + np.uint32((1 << (dropped - 1)) - 1) + ((bits >> dropped) & 1)) >> dropped << dropped
        return np.where(np.isfinite(values), nearest.view(np.float32), values).reshape(values.shape)

    return rounded


def to_half(values: Array) -> Array:
    """Round to float16, its range included."""
    with np.errstate(over="ignore"):
        return values.astype(np.float16).astype(values.dtype)


def scaled(values: Array) -> Array:
    """A gradient that is a little too large."""
    return values * values.dtype.type(1 + 1e-4)


class Rough:
    """NumPy with elementary functions that are 1e-5 off, more or less, as rational approximations are."""

    def __getattr__(self, name: str) -> Any:
        exact = getattr(np, name)
        if name not in ("exp", "tanh", "expm1"):
            return exact
        return lambda x: exact(x) * (1 + 1e-5 * np.sin(10 * np.nan_to_num(x, posinf=0, neginf=0))).astype(x.dtype)


@contextlib.contextmanager
def rough_functions(layer: str) -> Iterator[None]:
    """The reference of a layer with exp and tanh of its own."""
    with contextlib.ExitStack() as stack:
        for name in (layer, *HELPERS):
            module = importlib.import_module(f"layerproof_reference.{name}")
            stack.enter_context(mock.patch.object(module, "np", Rough()))
        yield


@contextlib.contextmanager
def naive_variance(layer: str) -> Iterator[None]:
    """The reference of a norm with mean(x*x) - mean(x)**2 in float32."""
    module = importlib.import_module(f"layerproof_reference.{layer}")
    seen: list[Array] = []

    def deviations_of(rows: Array) -> Array:
        seen[:] = [rows]
        return _normalization.deviations_of(rows)

    def normalize(rows: Array, eps: float, *, centred: bool) -> Any:
        x = seen[0].astype(np.float32)
        count = np.float32(x.shape[1])
        mean = x.sum(axis=1, keepdims=True) / count
        variance = (x * x).sum(axis=1, keepdims=True) / count - mean * mean
        scale = 1 / np.sqrt(np.maximum(variance, 0) + np.float32(eps))
        return _normalization.Normalized(rows * scale, scale, centred)

    with mock.patch.multiple(module, deviations_of=deviations_of, normalize=normalize):
        yield


COMPUTING = tuple(name for name in find_layers() if name not in SELECTING)
DEGRADED = (
    Degraded("inputs rounded to float16", COMPUTING, inputs=to_half),
    Degraded("inputs rounded to bfloat16", COMPUTING, inputs=to_bits(8)),
    Degraded("inputs rounded to TF32", COMPUTING, inputs=to_bits(11)),
    Degraded("gradients times 1 + 1e-4", COMPUTING, gradients=scaled),
    Degraded("exp, expm1 and tanh off by 1e-5", EXPONENTIAL, patch=rough_functions),
    Degraded("one-pass variance in float32", CENTRED, patch=naive_variance),
)
