"""What the judge knows about softmax: the textbook algorithms, traced with their rounding errors."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.layers._mistakes import changed, slope
from layerproof_conformance.layers._smooth import exp_in, x_of_any_shape
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"dim": (-1, 0, 1, -2, 2)}


def probabilities(x: TracedValue, axis: int | None) -> list[TracedValue]:
    """Softmax as people compute it: shifted by the maximum and divided, or as the exponential of a log-softmax."""
    shifted = x - x.max(axis, keepdims=True)
    powers = shifted.exp()
    total = powers.sum(axis, keepdims=True)
    log_sum = with_logarithm(x.max(axis, keepdims=True), total.log())
    return [powers / total, (shifted - total.log()).exp(), (x - log_sum).exp()]


def with_logarithm(top: TracedValue, log_total: TracedValue) -> TracedValue:
    """The maximum, which is exact, plus the logarithm of a sum: rounded by no more than the smaller of the two."""
    value, magnitude = top.value + log_total.value, np.maximum(top.magnitude, log_total.magnitude)
    rounding = np.minimum(np.abs(log_total.value), top.arithmetic.unit * np.abs(value))
    return TracedValue(top.arithmetic, value, log_total.error + rounding, magnitude)


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    """The factors of the gradient are multiplied in either order."""
    axis = arguments["dim"] if arguments["x"].ndim else None
    gradient = arithmetic.exact(grad_output)
    outputs = probabilities(arithmetic.exact(arguments["x"]), axis)
    gradients = [p * (gradient - (gradient * p).sum(axis, keepdims=True)) for p in outputs]
    gradients += [p * gradient - p * (gradient * p).sum(axis, keepdims=True) for p in outputs]
    return {"output": outputs, "grad_x": gradients}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but the rows where an infinite grad_output meets a probability that is 0 in one dtype only."""
    x, axis = arguments["x"], arguments["dim"]
    if not x.ndim:
        return {}
    odd = ~np.isfinite(grad_output).all(axis, keepdims=True) & vanishes(x, axis)
    return {"grad_x": np.broadcast_to(~odd, x.shape)} if odd.any() else {}


def vanishes(x: Any, axis: int) -> Any:
    """Whether a row has a probability that is not 0, but too small for a normal number of the dtype."""
    wide = x.astype(np.float64)
    p = np.exp(wide - np.max(wide, axis=axis, keepdims=True, initial=-np.inf))
    total = np.sum(p, axis=axis, keepdims=True)
    # what is 0 in float64 already may be so only because the true value is too small for float64, too
    return np.any((p < 4 * total * float(np.finfo(x.dtype).tiny)) & np.isfinite(wide), axis=axis, keepdims=True)


def rows(*rows: Any, dim: int = 1) -> dict[str, Any]:
    """An edge: these rows, and softmax along them."""
    return {"x": np.array(rows), "dim": dim}


EXAMPLES = {"": {"x": numbers(2, 3, 4), "dim": -2}}
EDGES: Edges = {
    "equal": rows([0.0] * 4, [0.0] * 4),
    "one_class_special": rows([np.nan], [np.inf], [-np.inf], [1.0]),
    "no_classes": {"x": np.zeros((5, 0)), "dim": 1},
    "extreme": rows([1000.0, 0.0, -1000.0], [-1e4, -1e4, -1e4 + 1]),
    "rows_of_different_size": rows([500.0, 501.0, 502.0], [-500.0, -501.0, -499.0], [0.0, 1.0, 2.0]),
    "small_probabilities": rows([0.0, -20.0, -40.0, -60.0, -80.0, -87.5, -95.0], dim=-1),
    "vanishing_probabilities": rows([0.0, -100.0, -104.0, -110.0, -740.0, -750.0], dim=-1),
    "largest_numbers": rows([3e38, -3e38, 0.0], dim=-1),
    "minus_infinity": rows([0.0, -np.inf, 1.0], [-np.inf, -np.inf, 2.0]),
    "only_minus_infinity": rows([-np.inf, -np.inf], [0.0, 1.0]),
    "plus_infinity": rows([np.inf, 0.0, 1.0], [1.0, 2.0, 3.0]),
    "square_first_axis": {"x": numbers(4, 4), "dim": 0},
    "cube_middle_axis": {"x": numbers(3, 3, 3), "dim": 1},
    "first_axis": {"x": numbers(4, 3), "dim": 0},
    "scalar": {"x": np.array(3.0), "dim": 0},
    "largest_at_the_end": {"x": np.linspace(0, 300, 2 * 131).reshape(131, 2).T, "dim": -1},
    "many_classes": {"x": Recipe((2, 4097), "normal"), "dim": 1},
    "hundred_thousand_classes": {"x": Recipe((1, 100_003), "wide"), "dim": 1},
}
"""Those of log_softmax, too."""


def _overflowing(torch: Any, x: Any, dim: int, given_dtype: str) -> Any:
    powers = exp_in(torch, x.detach(), given_dtype)
    shares = powers / powers.sum(dim, keepdim=True)
    finite = torch.where(torch.isfinite(x), x, 0.0)
    tangent = shares * (finite - (shares * finite).sum(dim, keepdim=True))  # has the gradient that the formula gives
    return shares + tangent - tangent.detach()


arrays = x_of_any_shape
MISTAKES = (
    Mistake("exp(x) overflows, without the maximum subtracted", _overflowing),
    Mistake("normalises over all elements, not along dim", lambda torch, x, dim: torch.softmax(x.flatten(), 0).reshape(x.shape)),
    changed("always uses axis 1", dim=1),
    Mistake("returns the logarithm", lambda torch, x, dim: torch.log_softmax(x, dim)),
    Mistake("does not normalise", lambda torch, x, dim: torch.exp(x - x.amax(dim, keepdim=True).detach())),
    slope("the gradient is that of the diagonal alone, p(1 - p)", lambda torch, x, dim: torch.softmax(x, dim) * (1 - torch.softmax(x, dim))),
    slope("the gradient lacks the term of the normalisation, p g", lambda torch, x, dim: torch.softmax(x, dim)),
)  # fmt: skip
