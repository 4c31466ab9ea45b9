"""What the judge knows about leaky_relu: what is positive is exact, the rest has two roundings, of the slope and of a product."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import numbers
from layerproof_conformance.layers._mistakes import changed, slope
from layerproof_conformance.layers._smooth import ELEMENTWISE_EDGES, SIGNS, given, x_of_any_shape
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"negative_slope": (0.01, 0.2, 0.0, -0.5, 1.0, 3.0, -2.0)}


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, TracedValue]:
    """Where x is not positive, x and grad_output are multiplied by the slope."""
    slope, positive = given(arithmetic, arguments["negative_slope"]), arguments["x"] > 0
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    return {"output": x.where(positive, x * slope), "grad_x": gradient.where(positive, gradient * slope)}


EXAMPLES = {"": {"x": numbers(3, 5), "negative_slope": 0.2}}
_INFINITE = np.array([-np.inf, np.inf, np.nan, -1.0])
EDGES = {
    **ELEMENTWISE_EDGES,
    "slope_zero": {"x": SIGNS, "negative_slope": 0.0},
    "slope_zero_and_infinity": {"x": _INFINITE, "negative_slope": 0.0},
    "slope_zero_and_infinite_gradient": {"x": SIGNS, "negative_slope": 0.0, "grad_output": np.array([[np.inf, -np.inf, np.inf, np.inf], [-np.inf, 1.0, 2.0, 3.0]])},
    "slope_below_zero": {"x": SIGNS, "negative_slope": -2.0},
    "slope_above_one": {"x": SIGNS, "negative_slope": 3.0},
    "slope_above_one_and_infinity": {"x": _INFINITE, "negative_slope": 3.0},
    "slope_tiny": {"x": SIGNS * 1e-3, "negative_slope": 1e-30},
    "slope_huge": {"x": SIGNS * 1e-3, "negative_slope": 1e30},
    "slope_without_short_decimals": {"x": np.linspace(-3, 3, 67), "negative_slope": 1 / 3},
}  # fmt: skip
arrays = x_of_any_shape
MISTAKES = (
    Mistake("max(x, negative_slope * x), which is wrong for slopes above 1", lambda torch, x, negative_slope: torch.maximum(x, negative_slope * x)),
    changed("the sign of negative_slope is ignored", negative_slope=lambda a: abs(a["negative_slope"])),
    changed("a slope of 0 is taken for the default", negative_slope=lambda a: a["negative_slope"] or 0.01),
    Mistake("the negative values are cut off (relu)", lambda torch, x, negative_slope: torch.relu(x)),
    Mistake("the slope is on the positive side", lambda torch, x, negative_slope: torch.where(x > 0, x * negative_slope, x)),
    Mistake("(1 + slope) / 2 * x + (1 - slope) / 2 * |x|, which is NaN at infinity", lambda torch, x, negative_slope: (
        (1 + negative_slope) / 2 * x + (1 - negative_slope) / 2 * x.abs())),
    Mistake("gradient 1 at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, g, right["x"])}),
    Mistake("gradient 0 at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, 0.0, right["x"])}),
    slope("the gradient goes by the sign of output, not of x", lambda torch, x, negative_slope: (
        torch.where(negative_slope * x.clamp(max=0) + x.clamp(min=0) > 0, torch.ones_like(x), negative_slope))),
    Mistake("the gradient is cut off on the negative side", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] > 0, g, 0.0)}),
)  # fmt: skip
