"""What the judge knows about binary_cross_entropy_with_logits: the forms in use that do not overflow, traced.

All of them subtract numbers of the size of x and of x * target, so a small loss is right within the rounding of those; the gradient
is right within the rounding of sigmoid(x) and target, of which it is the difference.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers._losses import REDUCTIONS, numbers, reduced, reduction_mistakes, shared_out
from layerproof_conformance.layers._smooth import SURE_SLOPE, elements, exp_in, logistic
from layerproof_conformance.oracle.bounds import RunningError
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"reduction": REDUCTIONS}


def _trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    x, target = arithmetic.exact(arguments["x"]), arithmetic.exact(arguments["target"])
    reduction, positive = arguments["reduction"], arguments["x"] > 0
    power = arithmetic.exact(-np.abs(x.value)).exp()
    above, below = x.where(positive, 0.0), x.where(~positive, 0.0)
    losses = [(1 - target) * x - (below - rest) for rest in (power.log1p(), (1 + power).log())]
    losses += [above - x * target + rest for rest in (power.log1p(), (1 + power).log())]
    gradients = shared_out(logistic(x) - target, arithmetic.exact(grad_output), reduction)
    return {"output": [reduced(one, reduction) for one in losses], "grad_x": gradients}


BOUND = RunningError(_trace)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Logits of any shape and targets, mostly from 0 to 1."""
    x = elements(sampler)
    kinds = ("probabilities", "probabilities", "ones", "zeros", "mnist", "normal", sampler.values())
    return {"x": x, "target": sampler.recipe(x.shape, sampler.one_of(kinds))}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but an infinite grad_output where the prediction is good: the difference may be 0 in one dtype only."""
    x, target = arguments["x"].astype(np.float64), arguments["target"].astype(np.float64)
    difference = (1 + np.tanh(x / 2)) / 2 - target
    return {"grad_x": ~np.isinf(grad_output) | ~(np.abs(difference) < SURE_SLOPE)}


def _answers() -> Any:
    return np.array([[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.5, 0.25], [1.0, 1.0, 0.9, 0.0]])


def _pair(**rest: Any) -> Any:
    return {"x": 3 * numbers(3, 4), "target": _answers(), **rest}


def _extreme() -> Any:
    return np.repeat(np.array([1e4, 800.0, 100.0, 40.0, 20.0, 0.0, -20.0, -40.0, -100.0, -800.0, -1e4]), 3)


def _each() -> Any:
    return np.tile([0.0, 1.0, 0.5], 11)


EDGES: dict[str, Any] = {
    "mean": _pair,
    "sum": lambda: _pair(reduction="sum"),
    "one_by_one": lambda: _pair(reduction="none"),
    "one_element": lambda: {"x": np.array([3.0]), "target": np.array([1.0])},
    "scalar": lambda: {"x": np.array(-3.0), "target": np.array(1.0)},
    "scalar_one_by_one": lambda: {"x": np.array(-3.0), "target": np.array(0.5), "reduction": "none"},
    "rows_of_images": lambda: {"x": numbers(2, 3, 4, 5), "target": (numbers(2, 3, 4, 5) > 0.3).astype(float)},
    "zero_logits": lambda: {"x": np.zeros((3, 4)), "target": _answers(), "reduction": "none"},
    "extreme": lambda: {"x": _extreme(), "target": _each(), "reduction": "none"},
    "extreme_mean": lambda: {"x": _extreme(), "target": _each()},
    "largest_of_float32": lambda: {"x": np.array([3e38, -3e38, 3e38, -3e38]), "target": np.array([1.0, 0.0, 0.0, 1.0]), "reduction": "none"},
    "sure_and_right": lambda: {"x": np.linspace(0, 60, 61), "target": np.ones(61), "reduction": "none"},
    "sure_and_right_for_no": lambda: {"x": -np.linspace(0, 60, 61), "target": np.zeros(61), "reduction": "none"},
    "sure_and_wrong": lambda: {"x": np.linspace(-60, 0, 61), "target": np.ones(61), "reduction": "none"},
    "targets_outside": lambda: {"x": 3 * numbers(3, 4), "target": 4 * _answers() - 1.5, "reduction": "none"},
    "targets_outside_mean": lambda: {"x": 3 * numbers(3, 4), "target": 4 * _answers() - 1.5},
    "nan": lambda: {"x": np.array([np.nan, 1.0, 2.0]), "target": np.array([1.0, np.nan, 0.0]), "reduction": "none"},
    "plus_infinity": lambda: {"x": np.full(4, np.inf), "target": np.array([0.0, 0.5, 1.0, 2.0]), "reduction": "none"},
    "minus_infinity": lambda: {"x": np.full(4, -np.inf), "target": np.array([0.0, 0.5, 1.0, 2.0]), "reduction": "none"},
    "infinite_gradient": lambda: {"x": np.array([1.0, -2.0, 3.0]), "target": np.array([1.0, 1.0, 0.0]), "grad_output": np.array(-np.inf)},
    "subnormal": lambda: {"x": np.array([1e-40, -1e-40, 3e-39]), "target": np.array([0.0, 1.0, 0.5]), "reduction": "none"},
    "no_samples": lambda: {"x": np.zeros((0, 3)), "target": np.zeros((0, 3))},
    "no_samples_sum": lambda: {"x": np.zeros((0, 3)), "target": np.zeros((0, 3)), "reduction": "sum"},
    "no_samples_one_by_one": lambda: {"x": np.zeros((0, 3)), "target": np.zeros((0, 3)), "reduction": "none"},
    "images": lambda: {"x": Recipe((32, 784), "wide"), "target": Recipe((32, 784), "mnist")},
    "hundred_thousand_terms": lambda: {"x": Recipe((100, 1003), "positive"), "target": Recipe((100, 1003), "probabilities")},
    "hundred_thousand_terms_sum": lambda: {"x": Recipe((100_003,), "normal"), "target": Recipe((100_003,), "probabilities"), "reduction": "sum"},
}  # fmt: skip


def _loss(torch: Any, x: Any, target: Any, reduction: str) -> Any:
    return torch.nn.functional.binary_cross_entropy_with_logits(x, target, reduction=reduction)


def _reduce(loss: Any, reduction: str) -> Any:
    return {"none": lambda: loss, "sum": loss.sum, "mean": loss.mean}[reduction]()


def _overflowing(torch: Any, x: Any, target: Any, reduction: str, given_dtype: str) -> Any:
    return _reduce((1 - target) * x + torch.log1p(exp_in(torch, -x, given_dtype)), reduction)


def _gradient(change: Any) -> Any:
    """A gradient in which ``change(torch, s, target)`` stands for s - target."""

    def backward(torch: Any, a: Any, g: Any, right: Any) -> Any:
        count = a["x"].numel() if a["reduction"] == "mean" else 1
        return {"x": change(torch, torch.sigmoid(a["x"]), a["target"]) * g / count}

    return backward


def _overflowing_gradient(torch: Any, a: Any, g: Any, right: Any) -> Any:
    power = exp_in(torch, a["x"], a.given_dtype)
    return _gradient(lambda torch, s, target: power / (1 + power) - target)(torch, a, g, right)


MISTAKES = (
    *reduction_mistakes(_loss),
    Mistake("exp(-x) overflows for very negative x", forward=_overflowing),
    Mistake("the logits are taken for probabilities", forward=lambda torch, x, target, reduction: _reduce(
        -(target * torch.log(x) + (1 - target) * torch.log(1 - x)), reduction)),
    Mistake("adds 1e-12 within the logarithms", forward=lambda torch, x, target, reduction: _reduce(
        -target * torch.log(torch.sigmoid(x) + 1e-12) - (1 - target) * torch.log(torch.sigmoid(-x) + 1e-12), reduction)),
    Mistake("clips the probabilities to 1e-7 and 1 - 1e-7", forward=lambda torch, x, target, reduction: (
        torch.nn.functional.binary_cross_entropy(torch.sigmoid(x).clamp(1e-7, 1 - 1e-7), target, reduction=reduction))),
    Mistake("lacks the term of target 0", forward=lambda torch, x, target, reduction: _reduce(
        -target * torch.nn.functional.logsigmoid(x), reduction)),
    Mistake("has the wrong sign", forward=lambda torch, **a: -_loss(torch, **a)),
    Mistake("targets are rounded to 0 or 1", forward=lambda torch, x, target, reduction: _loss(torch, x, (target > 0.5).double(), reduction)),
    Mistake("targets are clipped to the range from 0 to 1", forward=lambda torch, x, target, reduction: _loss(torch, x, target.clamp(0, 1), reduction)),
    Mistake("the gradient is sigmoid(x), without the target subtracted", backward=_gradient(lambda torch, s, t: s)),
    Mistake("exp(x) / (1 + exp(x)) overflows in the gradient", backward=_overflowing_gradient),
    Mistake("the gradient has the wrong sign", backward=_gradient(lambda torch, s, t: t - s)),
    Mistake("the gradient has a factor s (1 - s) too many", backward=_gradient(lambda torch, s, t: (s - t) * s * (1 - s))),
    Mistake("the gradient subtracts target from x, not from sigmoid(x)", backward=lambda torch, a, g, right: {
        "x": (a["x"] - a["target"]) * g / (a["x"].numel() if a["reduction"] == "mean" else 1)}),
)  # fmt: skip
