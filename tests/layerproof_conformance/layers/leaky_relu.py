"""What the judge knows about leaky_relu: what is positive is exact, the rest has the rounding of the slope and of one product."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._smooth import edges, elements, given
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"negative_slope": (0.01, 0.2, 0.0, -0.5, 1.0, 3.0, -2.0)}


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, TracedValue]:
    slope, positive = given(arithmetic, arguments["negative_slope"]), arguments["x"] > 0
    x, gradient = arithmetic.exact(arguments["x"]), arithmetic.exact(grad_output)
    return {"output": x.where(positive, x * slope), "grad_x": gradient.where(positive, gradient * slope)}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank."""
    return {"x": elements(sampler)}


def _signs() -> Any:
    return np.array([[0.0, -0.0, 1.0, -1.0], [2.0, -3.0, 0.5, -0.25]])


EDGES: dict[str, Any] = {
    **edges(),
    "slope_zero": lambda: {"x": _signs(), "negative_slope": 0.0},
    "slope_zero_and_infinity": lambda: {"x": np.array([-np.inf, np.inf, np.nan, -1.0]), "negative_slope": 0.0},
    "slope_zero_and_infinite_gradient": lambda: {
        "x": _signs(), "negative_slope": 0.0, "grad_output": np.array([[np.inf, -np.inf, np.inf, np.inf], [-np.inf, 1.0, 2.0, 3.0]]),
    },
    "slope_below_zero": lambda: {"x": _signs(), "negative_slope": -2.0},
    "slope_above_one": lambda: {"x": _signs(), "negative_slope": 3.0},
    "slope_above_one_and_infinity": lambda: {"x": np.array([-np.inf, np.inf, np.nan, -1.0]), "negative_slope": 3.0},
    "slope_tiny": lambda: {"x": _signs() * 1e-3, "negative_slope": 1e-30},
    "slope_huge": lambda: {"x": _signs() * 1e-3, "negative_slope": 1e30},
    "slope_without_short_decimals": lambda: {"x": np.linspace(-3, 3, 67), "negative_slope": 1 / 3},
}  # fmt: skip


def _leaky(torch: Any, x: Any, slope: float) -> Any:
    return torch.nn.functional.leaky_relu(x, slope)


MISTAKES = (
    Mistake("max(x, negative_slope * x), which is wrong for slopes above 1", forward=lambda torch, x, negative_slope: torch.maximum(x, negative_slope * x)),
    Mistake("negative_slope is ignored (always 0.01)", forward=lambda torch, x, negative_slope: _leaky(torch, x, 0.01)),
    Mistake("the sign of negative_slope is ignored", forward=lambda torch, x, negative_slope: _leaky(torch, x, abs(negative_slope))),
    Mistake("a slope of 0 is taken for the default", forward=lambda torch, x, negative_slope: _leaky(torch, x, negative_slope or 0.01)),
    Mistake("the negative values are cut off (relu)", forward=lambda torch, x, negative_slope: torch.relu(x)),
    Mistake("the slope is on the positive side", forward=lambda torch, x, negative_slope: torch.where(x > 0, x * negative_slope, x)),
    Mistake("does nothing (the identity)", forward=lambda torch, x, negative_slope: x * 1),
    Mistake("(1 + slope) / 2 * x + (1 - slope) / 2 * |x|, which is NaN at infinity", forward=lambda torch, x, negative_slope: (
        (1 + negative_slope) / 2 * x + (1 - negative_slope) / 2 * x.abs())),
    Mistake("gradient 1 at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, g, right["x"])}),
    Mistake("gradient 0 at 0", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, 0.0, right["x"])}),
    Mistake("the gradient goes by the sign of output, not of x", backward=lambda torch, a, g, right: {
        "x": torch.where(a["negative_slope"] * a["x"].clamp(max=0) + a["x"].clamp(min=0) > 0, g, g * a["negative_slope"])}),
    Mistake("the gradient is cut off on the negative side", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] > 0, g, 0.0)}),
    Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {"x": g}),
)  # fmt: skip
