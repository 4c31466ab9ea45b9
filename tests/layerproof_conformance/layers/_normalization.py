"""What the judge knows about the norms: the textbook algorithm over groups of elements, traced with its rounding errors.

    output = x^ * weight + bias,  x^ = (x - mean) / sqrt(variance + eps)

There are two sources of error. The mean is off by some units roundoff of the mean of |x|, and x - mean inherits that, which is first order
in the variance (as in Welford's method; two-pass sums of squares do better, sums of x*x and of x are off by the square of the mean and
fail). And the factor 1 / sqrt(variance + eps) has half the relative error of the variance.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from layerproof_conformance.layers._smooth import given
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, Array, TracedValue

Arguments = Mapping[str, Any]
Traced = dict[str, list[TracedValue]]


@dataclass(frozen=True)
class Grouping:
    """How x falls into groups that share a mean and a variance.

    ``shape`` is a shape of x in which ``statistics``, the axes that mean and variance run over, and ``parameters``, the axes that the
    gradients of weight and bias are summed over, are whole axes.
    """

    shape: tuple[int, ...]
    statistics: tuple[int, ...]
    parameters: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of values that share a mean."""
        return math.prod(self.shape[axis] for axis in self.statistics)

    def parameter(self, value: Any, otherwise: float) -> Any:
        """A weight or bias so that it broadcasts to ``shape``; works for arrays and tensors."""
        if value is None:
            return otherwise
        return value.reshape([1 if axis in self.parameters else n for axis, n in enumerate(self.shape)])


def bound_and_judged(
    grouping: Callable[[Arguments], Grouping],
) -> tuple[RunningError, Callable[[Arguments, Array], dict[str, Any]]]:
    """``BOUND`` and ``judged`` of a norm that always takes its statistics from x."""
    return (
        RunningError(lambda arithmetic, a, g: trace(arithmetic, a, g, grouping(a), a["eps"])),
        lambda a, g: where_finite(a, g, grouping(a)),
    )


def trace(
    arithmetic: Arithmetic,
    arguments: Arguments,
    grad_output: Array,
    grouping: Grouping,
    eps: float,
    *,
    centred: bool = True,
    weight_last: bool = False,
) -> Traced:
    """Output and gradients by each of the algorithms in use.

    ``centred`` if the mean is subtracted; ``weight_last`` if grad_x can also be multiplied with the weight at the end.
    """
    x = arithmetic.exact(arguments["x"].reshape(grouping.shape))
    mean = running_mean(x, grouping) if centred else arithmetic.exact(0.0)
    deviation = x - mean
    scale = inverse_root(mean_of(deviation * deviation, grouping), eps)
    normalized = shifted_and_scaled(x, mean, scale)
    gradient = arithmetic.exact(grad_output.reshape(grouping.shape))
    products, total = sums = moments(x, gradient, grouping)

    def grad_x(weight: TracedValue) -> list[TracedValue]:
        scaled = gradient * weight
        mean_gradient = mean_of(scaled, grouping) if centred else arithmetic.exact(0.0)
        textbook = (scaled - mean_gradient - normalized * mean_of(scaled * normalized, grouping)) * scale

        # PyTorch's kernels sum g*x and g, weighted before or after, and take the mean out of x afterwards
        by_moments = []
        weighted_after = (gradient * (scale * weight), [value * weight for value in sums])
        for multiplied, of_both in (weighted_after, (gradient * scale * weight, moments(x, scaled, grouping))):
            both, alone = (value.sum(grouping.statistics, keepdims=True) for value in of_both)
            covariance = (both - mean * alone) * scale * scale * scale / grouping.count
            by_moments.append(multiplied - shifted_and_scaled(x, mean, covariance) - mean_gradient * scale)

        # automatic differentiation takes the variance back first, and the mean of what comes of it afterwards
        by_chain = scaled * scale - deviation * (mean_of(scaled * deviation, grouping) * (scale * scale * scale))
        if centred:
            by_chain = by_chain - mean_of(by_chain, grouping)
        return [textbook, *by_moments, by_chain]

    weight = arithmetic.exact(grouping.parameter(arguments["weight"], 1.0))
    by_position = [gradient * normalized, (products - mean * total) * scale]
    grads = {"grad_x": grad_x(weight), **parameter_gradients(gradient, by_position, grouping)}
    if weight_last and arguments["weight"] is not None:
        grads["grad_x"] += [value * weight for value in grad_x(arithmetic.exact(1.0))]
    return shaped({"output": outputs(arguments, grouping, x, mean, scale), **grads}, arguments)


def outputs(
    arguments: Arguments, grouping: Grouping, x: TracedValue, mean: TracedValue, scale: TracedValue
) -> list[TracedValue]:
    """Normalised first and then scaled and shifted, or in one step with weight / sqrt(variance + eps)."""
    weight = grouping.parameter(arguments["weight"], 1.0)
    bias = x.arithmetic.exact(grouping.parameter(arguments.get("bias"), 0.0))
    # bias - mean*scale is rounded too, hence 1.0 * bias
    return [
        shifted_and_scaled(x, mean, scale) * weight + bias,
        shifted_and_scaled(x, mean, scale * weight) + 1.0 * bias,
    ]


def parameter_gradients(gradient: TracedValue, by_position: Sequence[TracedValue], grouping: Grouping) -> Traced:
    """The gradients of weight and bias; that of weight from ``by_position``, gradient * x^ computed in several ways."""
    axes = grouping.parameters
    return {"grad_weight": [products.sum(axes) for products in by_position], "grad_bias": [gradient.sum(axes)]}


def moments(x: TracedValue, gradient: TracedValue, grouping: Grouping) -> list[TracedValue]:
    """The sums of gradient * x and of gradient over the positions that share both their mean and their parameters."""
    axes = tuple(axis for axis in grouping.statistics if axis in grouping.parameters)
    return [(gradient * x).sum(axes, keepdims=True), gradient.sum(axes, keepdims=True)]


def mean_of(value: TracedValue, grouping: Grouping) -> TracedValue:
    """The mean over each group; the value may hold partial sums."""
    return value.sum(grouping.statistics, keepdims=True) / grouping.count


def running_mean(x: TracedValue, grouping: Grouping) -> TracedValue:
    """The mean of x, also by an algorithm that divides at every step, which costs it an underflow each."""
    mean = mean_of(x, grouping)
    return replace(mean, error=mean.error + mean.arithmetic.smallest_subnormal * grouping.count)


def inverse_root(variance: TracedValue, eps: float) -> TracedValue:
    """1 / sqrt(variance + eps), eps rounded to the dtype."""
    return 1.0 / (variance + given(variance.arithmetic, eps)).sqrt()


def shifted_and_scaled(x: TracedValue, mean: TracedValue, scale: TracedValue) -> TracedValue:
    """(x - mean) * scale, also as x*scale - mean*scale: the products share the error of scale, but each has its own rounding."""
    result = (x - mean) * scale
    products = np.abs(x.value * scale.value) + np.abs(mean.value * scale.value)
    error = result.error + 2 * (result.arithmetic.unit * products + result.arithmetic.smallest_subnormal)
    return TracedValue(result.arithmetic, result.value, error, np.maximum(result.magnitude, products))


def shaped(traced: Traced, arguments: Arguments) -> Traced:
    """The traced results in the shapes of the arguments; gradients of what is None left out."""
    in_shape = {}
    for name, candidates in traced.items():
        argument = arguments.get(name.removeprefix("grad_") if name.startswith("grad_") else "x")
        if argument is not None:
            in_shape[name] = [value.reshape(argument.shape) for value in candidates]
    return in_shape


def where_finite(arguments: Arguments, grad_output: Array, grouping: Grouping) -> dict[str, Any]:
    """All but what an infinity in grad_output reaches: which of it is NaN and which infinite depends on the order of the arithmetic."""
    infinite = np.isinf(grad_output).reshape(grouping.shape)
    if not infinite.any():
        return {}
    reached = np.broadcast_to(infinite.any(grouping.statistics, keepdims=True), grouping.shape)
    judged = {"grad_x": ~reached.reshape(grad_output.shape)}
    if arguments["weight"] is not None:
        judged["grad_weight"] = ~infinite.any(grouping.parameters).reshape(arguments["weight"].shape)
    return judged
