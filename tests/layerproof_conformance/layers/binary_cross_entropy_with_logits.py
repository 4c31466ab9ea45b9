"""What the judge knows about binary_cross_entropy_with_logits: the forms in use that do not overflow, traced.

All of them subtract numbers of the size of x and of x * target, so a small loss is right within the rounding of those; the gradient
is right within the rounding of sigmoid(x) and target, of which it is the difference.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.layers import _losses as losses
from layerproof_conformance.layers import _smooth as smooth
from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.layers._mistakes import changed
from layerproof_conformance.oracle.traced_value import Arithmetic
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"reduction": losses.REDUCTIONS}


def trace(arithmetic: Arithmetic, arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """Each loss as (1 - target) * x + log(1 + exp(-x)) without the overflow, or as max(x, 0) - x * target + log(1 + exp(-|x|))."""
    x, target = arithmetic.exact(arguments["x"]), arithmetic.exact(arguments["target"])
    reduction, positive = arguments["reduction"], arguments["x"] > 0
    power = arithmetic.exact(-np.abs(x.value)).exp()
    above, below = x.where(positive, 0.0), x.where(~positive, 0.0)
    per_element = []
    for rest in (power.log1p(), (1 + power).log()):
        per_element += [(1 - target) * x - (below - rest), above - x * target + rest]
    gradients = losses.shared_out(smooth.logistic(x) - target, arithmetic.exact(grad_output), reduction)
    return {"output": [losses.reduced(loss, reduction) for loss in per_element], "grad_x": gradients}


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """Logits of any shape and targets, mostly from 0 to 1."""
    x = sampler.recipe(smooth.shape_of_elements(sampler))
    kinds = ("probabilities", "probabilities", "ones", "zeros", "mnist", "normal", sampler.values())
    return {"x": x, "target": sampler.recipe(x.shape, sampler.one_of(kinds))}


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but an infinite grad_output where the prediction is good: the difference may be 0 in one dtype only."""
    x, target = arguments["x"].astype(np.float64), arguments["target"].astype(np.float64)
    difference = (1 + np.tanh(x / 2)) / 2 - target
    return {"grad_x": ~np.isinf(grad_output) | ~(np.abs(difference) < smooth.SURE_SLOPE)}


_ANSWERS = np.array([[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.5, 0.25], [1.0, 1.0, 0.9, 0.0]])
_EXTREME = np.repeat(np.array([1e4, 800.0, 100.0, 40.0, 20.0, 0.0, -20.0, -40.0, -100.0, -800.0, -1e4]), 3)
_EACH = np.tile([0.0, 1.0, 0.5], 11)
EXAMPLES = {"": {"x": 3 * numbers(3, 4), "target": _ANSWERS}}
EDGES: Edges = {
    "rows_of_images": {"x": numbers(2, 3, 4, 5), "target": (numbers(2, 3, 4, 5) > 0.3).astype(float)},
    "zero_logits": {"x": np.zeros((3, 4)), "target": _ANSWERS, "reduction": "none"},
    "extreme": {"x": _EXTREME, "target": _EACH, "reduction": "none"},
    "extreme_mean": {"x": _EXTREME, "target": _EACH},
    "largest_of_float32": {"x": np.array([3e38, -3e38, 3e38, -3e38]), "target": np.array([1.0, 0.0, 0.0, 1.0]), "reduction": "none"},
    "sure_and_right": {"x": np.linspace(0, 60, 61), "target": np.ones(61), "reduction": "none"},
    "sure_and_right_for_no": {"x": -np.linspace(0, 60, 61), "target": np.zeros(61), "reduction": "none"},
    "sure_and_wrong": {"x": np.linspace(-60, 0, 61), "target": np.ones(61), "reduction": "none"},
    "targets_outside": {"x": 3 * numbers(3, 4), "target": 4 * _ANSWERS - 1.5, "reduction": "none"},
    "targets_outside_mean": {"x": 3 * numbers(3, 4), "target": 4 * _ANSWERS - 1.5},
    "plus_infinity": {"x": np.full(4, np.inf), "target": np.array([0.0, 0.5, 1.0, 2.0]), "reduction": "none"},
    "minus_infinity": {"x": np.full(4, -np.inf), "target": np.array([0.0, 0.5, 1.0, 2.0]), "reduction": "none"},
    "images": {"x": Recipe((32, 784), "wide"), "target": Recipe((32, 784), "mnist")},
    "hundred_thousand_terms": {"x": Recipe((100, 1003), "positive"), "target": Recipe((100, 1003), "probabilities")},
    "hundred_thousand_terms_sum": {"x": Recipe((100_003,), "normal"), "target": Recipe((100_003,), "probabilities"), "reduction": "sum"},
}  # fmt: skip


def _loss(torch: Any, x: Any, target: Any, reduction: str) -> Any:
    return torch.nn.functional.binary_cross_entropy_with_logits(x, target, reduction=reduction)


def _gradient(says: str, change: Any) -> Mistake:
    """A gradient in which ``change(torch, s, a)`` stands for s - target."""

    def backward(torch: Any, a: Any, g: Any, right: Any) -> Any:
        count = a["x"].numel() if a["reduction"] == "mean" else 1
        return {"x": change(torch, torch.sigmoid(a["x"]), a) * g / count}

    return Mistake(says, backward=backward)


MISTAKES = (
    *losses.mistakes_by_rows(_loss),
    Mistake("exp(-x) overflows for very negative x", lambda torch, x, target, reduction, given_dtype: losses.reduced_by_torch(
        (1 - target) * x + torch.log1p(smooth.exp_in(torch, -x, given_dtype)), reduction)),
    Mistake("the logits are taken for probabilities", lambda torch, x, target, reduction: losses.reduced_by_torch(
        -(target * torch.log(x) + (1 - target) * torch.log(1 - x)), reduction)),
    Mistake("adds 1e-12 within the logarithms", lambda torch, x, target, reduction: losses.reduced_by_torch(
        -target * torch.log(torch.sigmoid(x) + 1e-12) - (1 - target) * torch.log(torch.sigmoid(-x) + 1e-12), reduction)),
    Mistake("clips the probabilities to 1e-7 and 1 - 1e-7", lambda torch, x, target, reduction: (
        torch.nn.functional.binary_cross_entropy(torch.sigmoid(x).clamp(1e-7, 1 - 1e-7), target, reduction=reduction))),
    Mistake("lacks the term of target 0", lambda torch, x, target, reduction: losses.reduced_by_torch(-target * torch.nn.functional.logsigmoid(x), reduction)),
    Mistake("has the wrong sign", lambda torch, **a: -_loss(torch, **a)),
    changed("targets are rounded to 0 or 1", target=lambda a: (a["target"] > 0.5).double()),
    changed("targets are clipped to the range from 0 to 1", target=lambda a: a["target"].clamp(0, 1)),
    _gradient("the gradient is sigmoid(x), without the target subtracted", lambda torch, s, a: s),
    _gradient("exp(x) / (1 + exp(x)) overflows in the gradient", lambda torch, s, a: smooth.overflowing_sigmoid(torch, a["x"], a.given_dtype) - a["target"]),
    _gradient("the gradient has the wrong sign", lambda torch, s, a: a["target"] - s),
    _gradient("the gradient has a factor s (1 - s) too many", lambda torch, s, a: (s - a["target"]) * s * (1 - s)),
    _gradient("the gradient subtracts target from x, not from sigmoid(x)", lambda torch, s, a: a["x"] - a["target"]),
)  # fmt: skip
