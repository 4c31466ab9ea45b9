"""What the judge knows about softplus: relative accuracy on the left, and a threshold where another formula begins."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _smooth as smooth
from layerproof_conformance.layers._examples import numbers
from layerproof_conformance.oracle.rounding import smallest_subnormal, unit_roundoff
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES: dict[str, tuple[Any, ...]] = {
    "beta": (1.0, 2.0, 0.5, 0.1, 10.0, -1.0, 0.0, 100.0, 1e-3),
    "threshold": (20.0, 1.0, 0.0, -2.0, 50.0, 1000.0),
}


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """Both branches; below the threshold as log(1 + exp), or split by sign, which cannot overflow."""
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    beta = smooth.given(arithmetic, arguments["beta"])
    z = smooth.without_overflow(x * beta)
    large = z.value > arguments["threshold"]
    right = z.value > 0
    split = z.where(right, 0.0) + (-z).where(right, z).exp().log1p()
    outputs = [x.where(large, value / beta) for value in (split, z.exp().log1p())]
    share = gradient * smooth.logistic(z)
    # (grad_output * exp(z)) / (1 + exp(z)) has two roundings more where the logistic function has none left, at 1
    share = arithmetic.rounded(share.value, share.error, share.magnitude, 2)
    by_output = gradient * (z - split).exp()  # the gradient of a log-add-exp, with the rounding of its output
    return {"output": outputs, "grad_x": [gradient.where(large, value) for value in (share, by_output)]}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """Nor what is within a rounding of the threshold, beta * x where exp overflows, and where grad_output times that does."""
    x, beta, threshold = arguments["x"], arguments["beta"], arguments["threshold"]
    unit, smallest = unit_roundoff(x.dtype), smallest_subnormal(x.dtype)
    limit = float(np.finfo(x.dtype).max)
    z = x.astype(np.float64) * beta
    margin = 4 * unit * np.maximum(np.abs(z), abs(threshold)) + 2 * smallest
    # multiplying by a power of two from 1 on neither rounds nor underflows
    exact = abs(beta) >= 1 and abs(math.frexp(beta)[0]) == 0.5 and float(x.dtype.type(threshold)) == threshold
    either = (np.abs(z - threshold) <= margin) & (x != 0) & (not exact)
    below = z <= threshold + margin
    overflows = below & (z > math.log(limit) * (1 - 4 * unit))
    with np.errstate(over="ignore", invalid="ignore"):
        product = below & ~(np.abs(grad_output.astype(np.float64)) * (1 + np.exp(z)) < limit / 2) & ~np.isnan(z)
    sure = smooth.sure_gradients(trace, arguments, grad_output)
    defined = ~(either | overflows)
    return {"output": defined, "grad_x": sure & defined & ~(product & np.isfinite(grad_output))}


_WIDE = np.linspace(-30, 30, 121)
_INFINITE = np.array([np.inf, -np.inf, np.nan, 1.0])
EXAMPLES = {"": {"x": numbers(3, 5), "beta": 2.0, "threshold": 1.0}}
EDGES = {
    **smooth.ELEMENTWISE_EDGES,
    "at_the_threshold": {"x": np.array([19.0, 20.0, 20.5, 21.0, -20.0, 40.0])},
    "at_a_low_threshold": {"x": np.array([0.5, 1.0, 1.5, 0.0, -1.0]), "threshold": 1.0},
    "at_a_low_threshold_with_beta": {"x": np.array([0.25, 0.5, 0.75, 1.0, -1.0]), "beta": 2.0, "threshold": 1.0},
    "threshold_zero": {"x": np.array([0.0, -0.0, 0.25, -0.25, 1.0, -1.0]), "threshold": 0.0},
    "threshold_below_zero": {"x": _WIDE / 5, "threshold": -2.0},
    "threshold_high": {"x": _WIDE * 2, "threshold": 80.0},
    "beta_large": {"x": _WIDE / 10, "beta": 50.0},
    "beta_small": {"x": _WIDE * 10, "beta": 0.01},
    "beta_tiny": {"x": _WIDE, "beta": 1e-30},
    "beta_below_zero": {"x": _WIDE, "beta": -1.5},
    "beta_below_zero_and_a_low_threshold": {"x": _WIDE / 10, "beta": -2.0, "threshold": 1.0},
    "beta_below_zero_and_infinity": {"x": _INFINITE, "beta": -1.0},
    "beta_zero": {"x": np.array([0.0, 1.0, -1.0, 3.0]), "beta": 0.0},
    "beta_zero_and_infinity": {"x": _INFINITE, "beta": 0.0},
    "beta_zero_below_the_threshold": {"x": np.array([0.0, 1.0, -1.0, 3.0]), "beta": 0.0, "threshold": -1.0},
    "beta_without_short_decimals": {"x": _WIDE, "beta": 1 / 3},
}  # fmt: skip
arrays = smooth.x_of_any_shape


def _smooth_part(torch: Any, x: Any, beta: float = 1.0) -> Any:
    return torch.nn.functional.softplus(x, beta, 600.0)


def _branches(says: str, is_large: Any) -> Mistake:
    """The branches by another condition ``is_large(x, beta, threshold)``."""
    return Mistake(
        says,
        lambda torch, x, beta, threshold: torch.where(is_large(x, beta, threshold), x, _smooth_part(torch, x, beta)),
    )


def _below(says: str, gradient: Any) -> Mistake:
    """Another gradient ``gradient(torch, a, g, right)`` below the threshold."""
    return Mistake(says, backward=lambda torch, a, g, right: {
        "x": torch.where(a["beta"] * a["x"] > a["threshold"], g, gradient(torch, a, g, right["x"]))})  # fmt: skip


MISTAKES = (
    _below("the gradient is multiplied by beta", lambda torch, a, g, right: a["beta"] * right),
    _below("the gradient is divided by beta", lambda torch, a, g, right: right / a["beta"]),
    _below("the gradient is sigmoid(x), without beta", lambda torch, a, g, right: g * torch.sigmoid(a["x"])),
    Mistake("the gradient ignores the threshold", backward=lambda torch, a, g, right: {"x": g * torch.sigmoid(a["beta"] * a["x"])}),
    Mistake("there is no threshold", lambda torch, x, beta, threshold: _smooth_part(torch, beta * x) / beta),
    Mistake("exp overflows, without the threshold", lambda torch, x, beta, threshold, given_dtype: (
        torch.log1p(smooth.exp_in(torch, beta * x, given_dtype)) / beta)),
    _branches("the threshold is compared with x, not with beta * x", lambda x, beta, threshold: x > threshold),
    _branches("x is compared with threshold / beta, which is wrong for a beta below 0", lambda x, beta, threshold: x > threshold / beta),
    _branches("at the threshold it is the identity already", lambda x, beta, threshold: beta * x >= threshold),
    Mistake("is not divided by beta", lambda torch, x, beta, threshold: torch.where(beta * x > threshold, x, _smooth_part(torch, beta * x))),
    Mistake("is multiplied by beta, not divided", lambda torch, x, beta, threshold: torch.where(beta * x > threshold, x, _smooth_part(torch, beta * x) * beta)),
    Mistake("is a relu", lambda torch, x, beta, threshold: torch.relu(x)),
)  # fmt: skip
