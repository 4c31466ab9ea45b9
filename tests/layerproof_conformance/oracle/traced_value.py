"""Running error analysis (Higham, Accuracy and Stability, section 3.3): values, each with a bound of its error.

``TracedValue`` numbers carry the first-order error that an algorithm makes when it runs in a dtype of unit roundoff u.
The value itself is computed in float64.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.oracle.rounding import smallest_subnormal, summation, unit_roundoff

Array = NDArray[Any]

ELEMENTARY = 8.0
"""Units roundoff allowed to exp, log, tanh, erf, ...: 4 ulp, as vector libraries document for their fast variants."""
TANH_IS_ONE = 22.0
"""From here on tanh is 1 to either dtype (it is 1.6e-19 below), and every algorithm in use returns exactly that."""
ERF_IS_ONE = 6.5
"""From here on erf is 1 to either dtype (it is 3.9e-20 below)."""


@dataclass(frozen=True)
class Arithmetic:
    """The dtype that a traced algorithm runs in: its unit roundoff and its smallest subnormal number."""

    unit: float
    smallest_subnormal: float

    @classmethod
    def of(cls, dtype: Any) -> "Arithmetic":
        """The arithmetic of a dtype, given by itself or by its name."""
        return cls(unit_roundoff(dtype), smallest_subnormal(dtype))

    def exact(self, value: Any) -> "TracedValue":
        """A number that is given, hence free of error."""
        array = np.asarray(value, np.float64)
        return TracedValue(self, array, np.zeros(array.shape), np.where(np.isinf(array), 0.0, np.abs(array)))

    def rounded(self, value: Array, error: Array, magnitude: Array, roundings: float | Array = 1.0) -> "TracedValue":
        """A result with the error that it inherits and the roundings of the operation that made it."""
        size = np.abs(value)
        own = roundings * (self.unit * size + self.smallest_subnormal)
        whole = error + own
        # nearly always all are finite, and np.where takes as long as all the rest
        finite = np.isfinite(value)
        if np.count_nonzero(finite) < finite.size:
            whole = np.where(finite, whole, error)
            size = np.where(np.isinf(value), 0.0, size)  # float64 holds all that is traced: this infinity was given
        return TracedValue(self, value, whole, np.maximum(magnitude, size))


@dataclass(frozen=True)
class TracedValue:
    """A value, a bound of the error that an algorithm has made in it, and the largest magnitude met on the way."""

    arithmetic: Arithmetic
    value: Array
    error: Array
    magnitude: Array

    def __add__(self, other: "TracedValue | float") -> "TracedValue":
        other = self._lift(other)
        return self._result(self.value + other.value, self.error + other.error, other)

    def __radd__(self, other: float) -> "TracedValue":
        return self + other

    def __sub__(self, other: "TracedValue | float") -> "TracedValue":
        other = self._lift(other)
        return self._result(self.value - other.value, self.error + other.error, other)

    def __rsub__(self, other: float) -> "TracedValue":
        return self._lift(other) - self

    def __neg__(self) -> "TracedValue":
        return TracedValue(self.arithmetic, -self.value, self.error, self.magnitude)

    def __mul__(self, other: "TracedValue | float") -> "TracedValue":
        other = self._lift(other)
        inherited = (
            _product(np.abs(self.value), other.error)
            + _product(np.abs(other.value), self.error)
            + _product(self.error, other.error)
        )
        return self._result(self.value * other.value, inherited, other)

    def __rmul__(self, other: float) -> "TracedValue":
        return self * other

    def __truediv__(self, other: "TracedValue | float") -> "TracedValue":
        other = self._lift(other)
        value = self.value / other.value
        inherited = (self.error + _product(np.abs(value), other.error)) / np.maximum(
            np.abs(other.value) - other.error, np.finfo(float).tiny
        )
        return self._result(value, inherited, other)

    def __rtruediv__(self, other: float) -> "TracedValue":
        return self._lift(other) / self

    def __matmul__(self, other: "TracedValue") -> "TracedValue":
        """The matrix product, in any order of summation."""
        terms = self.value.shape[-1]
        mine, others = np.abs(self.value), np.abs(other.value)
        absolute = mine @ others
        inherited = mine @ other.error + self.error @ (others + other.error)
        own = summation(terms) * self.arithmetic.unit * absolute + (terms + 2) * self.arithmetic.smallest_subnormal
        rows = np.max(self.magnitude, axis=-1, keepdims=True, initial=0.0)
        columns = np.max(other.magnitude, axis=-2, keepdims=True, initial=0.0)
        # terms that are errors alone can overflow too
        magnitude = np.maximum(np.fmax(absolute, absolute + inherited), np.maximum(rows, columns))
        return TracedValue(self.arithmetic, self.value @ other.value, inherited + own, magnitude)

    @classmethod
    def joined(cls, parts: Sequence["TracedValue"], axis: int) -> "TracedValue":
        """Parts of the same arithmetic beside each other along an axis."""
        fields = ((part.value, part.error, part.magnitude) for part in parts)
        return cls(parts[0].arithmetic, *(np.concatenate(arrays, axis) for arrays in zip(*fields, strict=True)))

    @property
    def transposed(self) -> "TracedValue":
        """The matrices with rows and columns exchanged."""
        parts = (np.swapaxes(part, -1, -2) for part in (self.value, self.error, self.magnitude))
        return TracedValue(self.arithmetic, *parts)

    def __getitem__(self, index: Any) -> "TracedValue":
        return TracedValue(self.arithmetic, self.value[index], self.error[index], self.magnitude[index])

    def reshape(self, shape: Any) -> "TracedValue":
        """The same numbers in another shape."""
        parts = (self.value.reshape(shape), self.error.reshape(shape), self.magnitude.reshape(shape))
        return TracedValue(self.arithmetic, *parts)

    def sum(self, axis: Any, keepdims: bool = False) -> "TracedValue":
        """The sum over axes, in any order of summation."""
        over: Any = {"axis": axis, "keepdims": keepdims}
        # np.sum and np.max are the same, and take twice as long for small arrays
        value, absolute, inherited = (
            np.asarray(np.add.reduce(part, **over)) for part in (self.value, np.abs(self.value), self.error)
        )
        terms = self.value.size / max(value.size, 1)
        error = inherited + self.arithmetic.unit * absolute * (summation(terms) - 2)
        top = np.maximum.reduce(self.magnitude, initial=0.0, **over)
        return self.arithmetic.rounded(value, error, np.maximum(top, absolute))

    def max(self, axis: Any, keepdims: bool = False) -> "TracedValue":
        """The largest value: selected, not rounded; its error is at most the largest one."""
        value = np.max(self.value, axis=axis, keepdims=keepdims, initial=-np.inf)
        error = np.max(self.error, axis=axis, keepdims=keepdims, initial=0.0)
        met = np.where(np.isinf(self.value), 0.0, self.magnitude)  # an infinity beside the largest is no overflow of it
        return TracedValue(self.arithmetic, value, error, np.max(met, axis=axis, keepdims=keepdims, initial=0.0))

    def apply(self, value: Array, slope: Array, roundings: float | Array = ELEMENTARY) -> "TracedValue":
        """An elementary function: its value, and the largest absolute slope within the error of the argument."""
        return self.arithmetic.rounded(value, _product(np.abs(slope), self.error), np.abs(value), roundings)

    def exp(self) -> "TracedValue":
        """e to the value."""
        value = np.exp(self.value)
        return self.apply(value, np.exp(self.value + self.error))

    def log(self) -> "TracedValue":
        """The natural logarithm."""
        return self.apply(np.log(self.value), 1.0 / np.maximum(np.abs(self.value) - self.error, np.finfo(float).tiny))

    def expm1(self) -> "TracedValue":
        """e to the value, less 1, which does not cancel near 0."""
        return self.apply(np.expm1(self.value), np.exp(self.value + np.minimum(self.error, 1.0)))

    def log1p(self) -> "TracedValue":
        """The logarithm of 1 and the value, which does not lose a small one."""
        nearest = np.maximum(1.0 + self.value - self.error, np.finfo(float).tiny)
        return self.apply(np.log1p(self.value), 1.0 / nearest)

    def tanh(self) -> "TracedValue":
        """The hyperbolic tangent."""
        nearest = np.maximum(np.abs(self.value) - self.error, 0.0)
        left = 2 * np.exp(-2 * nearest) / self.arithmetic.unit
        roundings = np.where(nearest < TANH_IS_ONE, ELEMENTARY, left)
        return self.apply(np.tanh(self.value), np.cosh(nearest) ** -2.0, roundings)

    def erf(self) -> "TracedValue":
        """The error function; PyTorch's float32 gelu, for one, has it right relative to 1, not to a small value."""
        nearest = np.maximum(np.abs(self.value) - self.error, 0.0)
        below_one = np.exp(-np.square(nearest))
        inherited = _product(2 / math.sqrt(math.pi) * below_one, self.error)
        own = np.where(nearest < ERF_IS_ONE, ELEMENTARY * self.arithmetic.unit, below_one)
        value = np.vectorize(math.erf, otypes=[float])(self.value)
        return TracedValue(self.arithmetic, value, inherited + own, np.abs(value))

    def sqrt(self) -> "TracedValue":
        """The square root, correctly rounded."""
        value = np.sqrt(self.value)
        return self.apply(value, 0.5 / np.maximum(value, np.finfo(float).tiny), 1.0)

    def where(self, condition: Array, other: "TracedValue | float") -> "TracedValue":
        """This number where the condition holds, the other elsewhere."""
        other = self._lift(other)
        return TracedValue(
            self.arithmetic,
            np.where(condition, self.value, other.value),
            np.where(condition, self.error, other.error),
            np.where(condition, self.magnitude, other.magnitude),
        )

    def _lift(self, other: "TracedValue | float") -> "TracedValue":
        return other if isinstance(other, TracedValue) else self.arithmetic.exact(other)

    def _result(self, value: Array, inherited: Array, other: "TracedValue") -> "TracedValue":
        return self.arithmetic.rounded(value, inherited, np.maximum(self.magnitude, other.magnitude))


def _product(value: Array, error: Array) -> Array:
    """``value * error``, zero where the error is zero even if the value is infinite."""
    product: Array = value * error
    return product if np.count_nonzero(np.isfinite(product)) == product.size else np.where(error == 0, 0.0, product)
