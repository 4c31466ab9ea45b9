"""How far from the truth a right result may be: derived for each element, never guessed.

Every constant of the bounds stands here; ``docs`` derives them with their sources.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.oracle.pytorch import Oracle, Truth, by_name
from layerproof_conformance.oracle.rounding import smallest_subnormal, summation, unit_roundoff
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.inputs import CaseInputs, mapped_gradient

Array = NDArray[Any]

NORMWISE = 16.0
"""Convolutions by FFT err in proportion to the norms of whole planes; this many units roundoff of them."""

WINOGRAD = 200.0
"""The same where Winograd's algorithm applies: F(4x4, 3x3) enlarges one rounding up to 404 times; half is allowed."""

LARGEST_COEFFICIENT = 25.0
"""Of the transform of an image's tiles in F(4x4, 3x3); a Fourier transform has 1."""

TRANSFORMED = 128.0
"""Transforms may meet numbers so much larger than the norms that bound their errors, before they return."""

RUNNING_ERROR = 2.0
"""A right algorithm may round in another order than the traced one: so many times the traced error."""

OVERFLOW_ROOM = 16.0
"""An algorithm that multiplies and divides in another order may meet so many times the magnitudes of the traced one."""


@dataclass(frozen=True)
class Allowed:
    """The error allowed in each element of one array.

    ``magnitude`` bounds what a right algorithm may meet on its way: where that overflows the dtype, so may the result.
    ``normwise`` is the wider bound of algorithms that mix whole planes, or None where there is no such algorithm.
    """

    error: Array
    magnitude: Array
    normwise: Array | None = None
    bitwise: bool = False
    """Whether 0.0 and -0.0 differ, and NaN with other bits."""


class Bound(Protocol):
    """Gives the allowed error of every output and gradient of some inputs, for a dtype."""

    def __call__(self, oracle: Oracle, inputs: CaseInputs, truth: Truth, dtype: str) -> dict[str, Allowed]:
        """Allowed errors by output name, and by ``grad_`` and the argument's name."""
        ...


@dataclass(frozen=True)
class Multilinear:
    """For layers linear in each of their inputs: the terms of every sum come from the layer itself.

    The layer applied to the inputs' absolute values gives the sum S of absolute terms, applied to ones the number k of
    terms, forward and backward alike. Where the layer has constants of its own, ``sums(torch, **arguments)`` is the
    layer without them: it counts the terms, and bounds what they add up to before a constant makes it smaller. With
    ``fast_planes`` there is a normwise bound, for algorithms that mix whole planes, from the norms of those planes.
    """

    sums: Callable[..., Any] | None = None
    fast_planes: bool = False

    def __call__(self, oracle: Oracle, inputs: CaseInputs, truth: Truth, dtype: str) -> dict[str, Allowed]:
        """Allowed errors by name."""
        unit, smallest = unit_roundoff(dtype), smallest_subnormal(dtype)
        absolute, gradient = _mapped(inputs.arguments, np.abs), mapped_gradient(np.abs, inputs.grad_output)
        sums = by_name(oracle.evaluate(absolute, gradient))
        magnitudes = sums if self.sums is None else by_name(oracle.evaluate(absolute, gradient, forward=self.sums))
        ones = mapped_gradient(np.ones_like, inputs.grad_output)
        counts = by_name(oracle.evaluate(_mapped(inputs.arguments, np.ones_like), ones, forward=self.sums))
        wide = _plane_norms(oracle, inputs, dtype) if self.fast_planes else {}
        allowed = {}
        for name, total in sums.items():
            underflow = smallest * (counts[name] + 2)
            error = unit * total * summation(counts[name]) + underflow
            norm = wide.get(name)
            normwise = None if norm is None else _enlarged(inputs) * (unit * norm + underflow)
            allowed[name] = Allowed(error, magnitudes[name], normwise)
        return allowed


@dataclass(frozen=True)
class ExactSelection:
    """For layers that only select or move values: the output is exact; a gradient sums what meets in one place.

    What is alone in its place meets no arithmetic, so that the largest number must not overflow there.

    With ``bitwise`` the output is equal bit for bit: nothing is even compared with 0.
    """

    bitwise: bool = False

    def __call__(self, oracle: Oracle, inputs: CaseInputs, truth: Truth, dtype: str) -> dict[str, Allowed]:
        """Allowed errors by name: zero, but for sums of several gradients."""
        unit = unit_roundoff(dtype)
        finite = mapped_gradient(lambda g: np.nan_to_num(np.abs(g), posinf=np.inf), inputs.grad_output)
        sums = by_name(oracle.evaluate(inputs.arguments, finite))
        counts = by_name(oracle.evaluate(inputs.arguments, mapped_gradient(np.ones_like, inputs.grad_output)))
        allowed = {}
        for name, total in sums.items():
            if not name.startswith("grad_"):
                allowed[name] = Allowed(np.zeros(total.shape), np.zeros(total.shape), bitwise=self.bitwise)
                continue
            several = counts[name] > 1
            error = np.where(several, unit * np.nan_to_num(total) * summation(counts[name]), 0.0)
            allowed[name] = Allowed(error, np.where(several, total, 0.0))
        return allowed


@dataclass(frozen=True)
class RunningError:
    """For composite layers: the textbook algorithm, traced in float64 with a first-order error beside each value.

    ``trace(arithmetic, arguments, grad_output)`` returns a TracedValue per output and gradient (``grad_x``, ...). Where
    there are several textbook algorithms it may return a list per name: each is right, so the largest of their errors
    counts.
    """

    trace: Callable[[Arithmetic, Mapping[str, Any], Array], Mapping[str, Any]]

    def __call__(self, oracle: Oracle, inputs: CaseInputs, truth: Truth, dtype: str) -> dict[str, Allowed]:
        """Allowed errors by name."""
        arithmetic = Arithmetic.of(dtype)
        with np.errstate(all="ignore"):
            traced = self.trace(arithmetic, inputs.arguments, inputs.grad_output)
        allowed = {}
        for name, value in by_name(truth).items():
            candidates: list[TracedValue] = traced[name] if isinstance(traced[name], list) else [traced[name]]
            error = np.max([np.broadcast_to(candidate.error, value.shape) for candidate in candidates], axis=0)
            magnitude = np.max([np.broadcast_to(candidate.magnitude, value.shape) for candidate in candidates], axis=0)
            allowed[name] = Allowed(RUNNING_ERROR * error, magnitude)
        return allowed


def _mapped(arguments: Mapping[str, Any], function: Callable[[Array], Array]) -> dict[str, Any]:
    floats = {name: function(value) for name, value in arguments.items() if _is_float(value)}
    return {**arguments, **floats}


def _is_float(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _enlarged(inputs: CaseInputs) -> float:
    """By how much the fast algorithms for this convolution enlarge a rounding error.

    Winograd's needs a kernel of several rows and columns that moves and spreads pixel by pixel; along one axis alone it
    enlarges 20 times at most, and the rounding errors of both signs then stay within the bound of the FFT.
    """
    arguments = inputs.arguments
    dense = arguments["stride"] == (1, 1) == arguments["dilation"]
    return WINOGRAD if dense and min(arguments["weight"].shape[2:]) > 1 else NORMWISE


def _plane_norms(oracle: Oracle, inputs: CaseInputs, dtype: str) -> dict[str, Array]:
    """The layer applied to images of one pixel, whose values are the Euclidean norms of the planes.

    A product of transforms errs by the product of the norms of what was transformed, so this is the bound of FFT, and
    Winograd's tiles lie within the planes. A plane of subnormal numbers is rounded like one of normal numbers; the
    transform of one whose sum is near the largest number may overflow, and nothing is promised then.
    """
    limits = np.finfo(dtype)

    def collapsed(value: Array) -> Array:
        if value.ndim < 4:
            return np.abs(value)
        plane: dict[str, Any] = {"axis": (2, 3), "keepdims": True}
        with np.errstate(over="ignore", invalid="ignore"):
            absolute = np.abs(value.astype(np.float64))
            norm = np.sqrt(np.sum(np.square(absolute), **plane))
            least = 4 * float(limits.smallest_normal) * math.sqrt(math.prod(value.shape[2:]))
            norm = np.where(absolute.max(**plane, initial=0.0) > 0, np.maximum(norm, least), norm)
            return np.where(LARGEST_COEFFICIENT * absolute.sum(**plane) > float(limits.max), np.inf, norm)

    arguments = _mapped(inputs.arguments, collapsed)
    neutral = oracle.layer.neutral
    for name in ("stride", "padding", "dilation", "output_padding"):
        if name in arguments:
            arguments[name] = neutral[name]
    return by_name(oracle.evaluate(arguments, mapped_gradient(collapsed, inputs.grad_output)))
