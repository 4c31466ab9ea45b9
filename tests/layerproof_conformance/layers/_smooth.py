"""What the judge's files on activations share: the traced logistic function, and which gradients PyTorch defines."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Array, Edges
from layerproof_conformance.oracle.traced_value import ELEMENTARY, TANH_IS_ONE, Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.sampler import CaseSampler

Trace = Callable[[Arithmetic, Mapping[str, Any], Array], Mapping[str, Any]]

SURE_SLOPE = 1e-3
"""A derivative of this size or more is not 0 in any dtype or formula."""


def shape_of_elements(sampler: CaseSampler) -> tuple[int, ...]:
    """A shape of any rank, or rows around the widths of vector registers."""
    return sampler.one_of((sampler.any_shape(), (sampler.batch(3), sampler.length(15, 130))))


def x_of_any_shape(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """The arrays of a layer that takes each element by itself."""
    return {"x": sampler.recipe(shape_of_elements(sampler))}


def given(arithmetic: Arithmetic, value: float) -> TracedValue:
    """A number among the attributes, which is rounded to the dtype of the arrays."""
    return arithmetic.rounded(np.asarray(value, np.float64), np.zeros(()), np.abs(value))


def without_overflow(value: TracedValue) -> TracedValue:
    """A number that no algorithm in use loses to an overflow on the way to it; an infinite one is exact."""
    error = np.where(np.isinf(value.value), 0.0, value.error)
    return TracedValue(value.arithmetic, value.value, error, np.abs(value.value))


def logistic(z: TracedValue) -> TracedValue:
    """The logistic function s = 1 / (1 + e) with e = exp(-z), or exp(z) / (1 + exp(z)).

    Either has three roundings and the error of the exponential, which counts for e / (1 + e) = 1 - s of itself. A sum errs by no more than
    its smaller term, hence near 1 all of that is at most a few times 1 - s. The first form gives 0 where e overflows; that may be
    a little early, and is right there. Neither has to overflow.
    """
    arithmetic = z.arithmetic
    unit, smallest = arithmetic.unit, arithmetic.smallest_subnormal / (2 * arithmetic.unit)
    power = np.exp(-np.abs(z.value))
    s = np.where(z.value >= 0, 1.0, power) / (1 + power)
    rest = np.where(z.value >= 0, power, 1.0) / (1 + power)
    own = np.minimum(unit * (3 + ELEMENTARY * rest) * s, 4 * rest) + 3 * arithmetic.smallest_subnormal
    inherited = np.where(z.error == 0, 0.0, s * rest * np.exp(np.minimum(z.error, 1.0)) * z.error)
    error = np.where(s < smallest, np.maximum(inherited + own, s), inherited + own)
    return TracedValue(arithmetic, s, error, s)


def sure_gradients(trace: Trace, arguments: Mapping[str, Any], grad_output: Array) -> Array:
    """Which elements of grad_x are defined: an infinite grad_output gives NaN or not as a tiny factor happens to be 0 or not."""
    if not np.isinf(grad_output).any():
        return np.ones(grad_output.shape, bool)
    gradients = trace(Arithmetic.of("float32"), arguments, np.ones(grad_output.shape))["grad_x"]
    slope = gradients[0] if isinstance(gradients, list) else gradients
    return np.asarray(~np.isinf(grad_output) | (np.abs(slope.value) > SURE_SLOPE))


def judged_where_sure(trace: Trace) -> Callable[[Mapping[str, Any], Array], dict[str, Array]]:
    """A file's ``judged``: all but infinite gradients in the tails."""
    return lambda arguments, grad_output: {"grad_x": sure_gradients(trace, arguments, grad_output)}


def slope_of_tanh(u: TracedValue) -> TracedValue:
    """1 - tanh(u)**2, which cancels, or 1 / cosh(u)**2; where tanh is 1 to the dtype, what is left of it may be lost."""
    t = u.tanh()
    cancelling = 1 - t * t
    divided = u.arithmetic.unit * (2 * ELEMENTARY + 2) * np.cosh(u.value) ** -2.0
    slope = TracedValue(u.arithmetic, cancelling.value, np.maximum(cancelling.error, divided), cancelling.magnitude)
    left = 4 * np.exp(-2 * np.maximum(np.abs(u.value) - u.error, 0.0))
    return slope.where(~(np.abs(u.value) - u.error >= TANH_IS_ONE), TracedValue(u.arithmetic, left, left, left))


def exp_in(torch: Any, x: Any, dtype: str, less: float = 0.0) -> Any:
    """exp(x) - ``less`` (0 or 1) with the overflow of a dtype: what a classic mistake runs into."""
    power = torch.expm1(x) if less else torch.exp(x)
    return torch.where(x > float(np.log(np.finfo(dtype).max)), float("inf"), power)


def overflowing_sigmoid(torch: Any, x: Any, given_dtype: str) -> Any:
    """The logistic function as exp(x) / (1 + exp(x)), with the overflow of a dtype."""
    power = exp_in(torch, x, given_dtype)
    return power / (1 + power)


def slope_of_sigmoid(torch: Any, x: Any) -> Any:
    """The derivative of the logistic function."""
    s = torch.sigmoid(x)
    return s * (1 - s)


ELEMENTWISE_EDGES: Edges = {
    "zeros": {"x": np.array([[0.0, -0.0, 1.0], [-1.0, 0.0, 2.0]])},
    "nan_and_inf_in_x": {"x": np.array([np.nan, -np.nan, np.inf, -np.inf, 1.0, -1.0, 0.0, -0.0, 0.5])},
    "near_zero": {"x": np.outer([1.0, -3.0], 10.0 ** -np.arange(0.0, 20.0))},
    "subnormal": {"x": np.array([1e-40, -1e-40, 1e-45, -1e-45, 3e-39, -2e-38])},
    "bend": {"x": np.linspace(-6, 6, 257)},
    "tails": {"x": np.linspace(-40, 40, 1001).reshape(7, 11, 13)},
    "far_tails": {"x": np.linspace(-120, 120, 402)},
    "farthest_tails": {"x": np.linspace(-800, 800, 401)},
    "large": {"x": np.outer([1.0, -1.0], 10.0 ** np.arange(2.0, 38.0))},
    "largest_of_float32": {"x": np.array([3e38, -3e38, 1.6e38, -1.6e38, 2e19, -2e19])},
    "more_than_sixteen_bits_of_elements": {"x": Recipe((70_001,), "wide")},
    "nan_and_inf_in_grad_output": {
        "x": np.array([-1.0, 1.0, 0.5, -0.5, 1.5, -2.0, 3.0, 2.0, 0.0]),
        "grad_output": np.array([np.nan, np.nan, np.inf, np.inf, -np.inf, -np.inf, 3.0, -np.inf, np.inf]),
    },
    "graded_gradient": {"x": np.linspace(-20, 20, 99), "grad_output": 10.0 ** np.linspace(-35, 35, 99)},
}
"""The cases written by hand that every activation has."""
SIGNS = np.array([[0.0, -0.0, 1.0, -1.0], [2.0, -3.0, 0.5, -0.25]])
