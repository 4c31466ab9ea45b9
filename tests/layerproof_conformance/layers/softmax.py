"""What the judge knows about softmax: the textbook algorithms, traced with their rounding errors."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._smooth import exp_in
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic, TracedValue
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

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
    value = top.value + log_total.value
    rounding = np.minimum(np.abs(log_total.value), top.arithmetic.unit * np.abs(value))
    return TracedValue(
        top.arithmetic, value, log_total.error + rounding, np.maximum(top.magnitude, log_total.magnitude)
    )


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, list[TracedValue]]:
    axis = arguments["dim"] if arguments["x"].ndim else None
    gradient = arithmetic.exact(grad_output)
    outputs = probabilities(arithmetic.exact(arguments["x"]), axis)
    gradients = [p * (gradient - (gradient * p).sum(axis, keepdims=True)) for p in outputs]
    gradients += [p * gradient - p * (gradient * p).sum(axis, keepdims=True) for p in outputs]
    return {"output": outputs, "grad_x": gradients}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank, or long rows; where the axis does not exist, validation refuses it."""
    shape = sampler.one_of((sampler.any_shape(), (sampler.batch(3), sampler.length(15, 130))))
    return {"x": sampler.recipe(shape)}


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


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


EDGES: dict[str, Any] = {
    "equal": lambda: {"x": np.zeros((2, 4)), "dim": 1},
    "one_class": lambda: {"x": _numbers(3, 1), "dim": 1},
    "extreme": lambda: {"x": np.array([[1000.0, 0.0, -1000.0], [-1e4, -1e4, -1e4 + 1]]), "dim": 1},
    "far_apart_rows": lambda: {
        "x": np.array([[500.0, 501.0, 502.0], [-500.0, -501.0, -499.0], [0.0, 1.0, 2.0]]),
        "dim": 1,
    },
    "small_probabilities": lambda: {"x": np.array([[0.0, -20.0, -40.0, -60.0, -80.0]]), "dim": -1},
    "largest_numbers": lambda: {"x": np.array([[3e38, -3e38, 0.0]]), "dim": -1},
    "minus_infinity": lambda: {"x": np.array([[0.0, -np.inf, 1.0], [-np.inf, -np.inf, 2.0]]), "dim": 1},
    "only_minus_infinity": lambda: {"x": np.array([[-np.inf, -np.inf], [0.0, 1.0]]), "dim": 1},
    "plus_infinity": lambda: {"x": np.array([[np.inf, 0.0, 1.0], [1.0, 2.0, 3.0]]), "dim": 1},
    "nan": lambda: {"x": np.array([[np.nan, 0.0], [0.0, 1.0]]), "dim": 1},
    "one_class_special": lambda: {"x": np.array([[np.nan], [np.inf], [-np.inf], [1.0]]), "dim": 1},
    "square_first_axis": lambda: {"x": _numbers(4, 4), "dim": 0},
    "cube_middle_axis": lambda: {"x": _numbers(3, 3, 3), "dim": 1},
    "first_axis": lambda: {"x": _numbers(4, 3), "dim": 0},
    "channels_of_images": lambda: {"x": _numbers(2, 3, 4, 5), "dim": 1},
    "scalar": lambda: {"x": np.array(3.0), "dim": 0},
    "largest_at_the_end": lambda: {"x": np.linspace(0, 300, 2 * 131).reshape(131, 2).T, "dim": -1},
    "no_samples": lambda: {"x": np.zeros((0, 5)), "dim": 1},
    "many_rows": lambda: {"x": Recipe((1031, 3)), "dim": 1},
    "many_classes": lambda: {"x": Recipe((2, 4097), "normal"), "dim": 1},
    "hundred_thousand_classes": lambda: {"x": Recipe((1, 100_003), "wide"), "dim": 1},
}


def _overflowing(torch: Any, x: Any, dim: int, given_dtype: str) -> Any:
    powers = exp_in(torch, x.detach(), given_dtype)
    shares = powers / powers.sum(dim, keepdim=True)
    finite = torch.where(torch.isfinite(x), x, 0.0)
    tangent = shares * (finite - (shares * finite).sum(dim, keepdim=True))  # has the gradient that the formula gives
    return shares + tangent - tangent.detach()


MISTAKES = (
    Mistake("exp(x) overflows, without the maximum subtracted", forward=_overflowing),
    Mistake("normalises over all elements, not along dim", forward=lambda torch, x, dim: torch.softmax(x.flatten(), 0).reshape(x.shape)),
    Mistake("always uses the last axis", forward=lambda torch, x, dim: torch.softmax(x, -1)),
    Mistake("always uses axis 1", forward=lambda torch, x, dim: torch.softmax(x, 1)),
    Mistake("returns the logarithm", forward=lambda torch, x, dim: torch.log_softmax(x, dim)),
    Mistake("does not normalise", forward=lambda torch, x, dim: torch.exp(x - x.amax(dim, keepdim=True).detach())),
    Mistake("the gradient is that of the diagonal alone, p(1 - p)", backward=lambda torch, a, g, right: {
        "x": g * torch.softmax(a["x"], a["dim"]) * (1 - torch.softmax(a["x"], a["dim"]))}),
    Mistake("the gradient lacks the term of the normalisation, p g", backward=lambda torch, a, g, right: {
        "x": g * torch.softmax(a["x"], a["dim"])}),
    Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {"x": g}),
)  # fmt: skip
