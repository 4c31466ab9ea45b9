"""What the judge's files on activations share: the traced logistic function, and which gradients PyTorch defines."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.oracle.traced_value import ELEMENTARY, TANH_IS_ONE, Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.sampler import CaseSampler

Array = NDArray[Any]
Trace = Callable[[Arithmetic, Mapping[str, Any], Array], Mapping[str, Any]]

SURE_SLOPE = 1e-3
"""A derivative of this size or more is not 0 in any dtype or formula."""


def elements(sampler: CaseSampler) -> Recipe:
    """An array of any rank, or rows around the widths of vector registers."""
    shape = sampler.one_of((sampler.any_shape(), (sampler.batch(3), sampler.length(15, 130))))
    return sampler.recipe(shape)


def given(arithmetic: Arithmetic, value: float) -> TracedValue:
    """A number among the attributes, which is rounded to the dtype of the arrays."""
    exact = arithmetic.exact(value)
    return arithmetic.rounded(exact.value, exact.error, exact.magnitude)


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
    found = trace(Arithmetic.of("float32"), arguments, np.ones(grad_output.shape))["grad_x"]
    slope = found[0] if isinstance(found, list) else found
    sure: Array = ~np.isinf(grad_output) | (np.abs(slope.value) > SURE_SLOPE)
    return sure


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


def edges(**attributes: Any) -> dict[str, Callable[[], dict[str, Any]]]:
    """The cases written by hand that every smooth activation has."""
    arrays = {
        "zeros": np.array([[0.0, -0.0, 1.0], [-1.0, 0.0, 2.0]]),
        "nan_and_inf": np.array([np.nan, np.inf, -np.inf, 1.0, -1.0, 0.0, -0.0, 0.5]),
        "near_zero": np.outer([1.0, -3.0], 10.0 ** -np.arange(0.0, 20.0)),
        "subnormal": np.array([1e-40, -1e-40, 1e-45, -1e-45, 3e-39, -2e-38]),
        "bend": np.linspace(-6, 6, 257),
        "tails": np.linspace(-40, 40, 1001).reshape(7, 11, 13),
        "far_tails": np.linspace(-120, 120, 402),
        "farthest_tails": np.linspace(-800, 800, 401),
        "large": np.outer([1.0, -1.0], 10.0 ** np.arange(2.0, 38.0)),
        "largest_of_float32": np.array([3e38, -3e38, 1.6e38, -1.6e38, 2e19, -2e19]),
        "empty": np.zeros((0, 3)),
        "scalar": np.array(-1.5),
        "signs_of_nan": np.copysign(np.nan, [1.0, -1.0]),
        "more_than_sixteen_bits_of_elements": Recipe((70_001,), "wide"),
    }
    found: dict[str, Callable[[], dict[str, Any]]] = {
        name: partial(dict, x=x, **attributes) for name, x in arrays.items()
    }
    found["nan_and_inf_gradient"] = lambda: {
        "x": np.array([-1.0, 1.0, 0.5, -0.5, 1.5, -2.0, 3.0, 2.0]),
        "grad_output": np.array([np.nan, np.nan, np.inf, np.inf, -np.inf, -np.inf, 3.0, -np.inf]),
        **attributes,
    }
    found["graded_gradient"] = lambda: {
        "x": np.linspace(-20, 20, 99),
        "grad_output": 10.0 ** np.linspace(-35, 35, 99),
        **attributes,
    }
    return found
