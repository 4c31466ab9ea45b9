"""What the judge knows about dropout: the plugin's results show its mask; the rest follows, and the mask must be chance.

A kept element is x / (1 - p) within three roundings (1 - p, its reciprocal, the product), and exact where 1 - p is a power
of two; a dropped one is the product with 0.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from layerproof_conformance.layers import _randomness as randomness
from layerproof_conformance.layers._examples import Edges, numbers
from layerproof_conformance.layers._mistakes import changed, gradient_changed
from layerproof_conformance.oracle.bounds import Allowed
from layerproof_conformance.oracle.comparison import Finding
from layerproof_conformance.oracle.pytorch import Oracle, Truth, by_name
from layerproof_conformance.oracle.rounding import smallest_subnormal, unit_roundoff
from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.first_answer import FirstAnswer
from layerproof_conformance.types.inputs import CaseInputs
from layerproof_conformance.types.mistake import Mistake
from layerproof_conformance.types.sampler import CaseSampler

ATTRIBUTES: dict[str, tuple[Any, ...]] = {"p": (0.5, 0.1, 0.9, 0.25, 0.0, 1.0, 0.3, 0.003), "training": (True, False)}
ROUNDINGS = 3.0


def BOUND(oracle: Oracle, inputs: CaseInputs, truth: Truth, dtype: str) -> dict[str, Allowed]:  # noqa: N802
    """Three roundings, or none where the factor is exact; what is dropped may have been scaled up before."""
    unit, smallest = unit_roundoff(dtype), smallest_subnormal(dtype)
    x, p, training = (inputs.arguments[name] for name in ("x", "p", "training"))
    exact = not training or p == 1 or math.frexp(1 - p)[0] == 0.5
    scale = 1 / (1 - p) if training and p < 1 else 1.0
    allowed = {}
    for (name, value), given in zip(by_name(truth).items(), (x, inputs.grad_output), strict=True):
        rounded = 0.0 if exact else ROUNDINGS * unit * np.abs(value) + smallest
        allowed[name] = Allowed(np.where(value == 0, 0.0, rounded), np.abs(given.astype(np.float64)) * scale)
    return allowed


def adapt(inputs: CaseInputs, results: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the mask instead of rng."""
    return {**inputs.arguments, "rng": _mask(inputs, results)}


def _mask(inputs: CaseInputs, results: Mapping[str, Any]) -> Any:
    """1 for what is kept, 0 for what is dropped, NaN where both x and grad_output are 0 or NaN, so that nobody can see it."""
    x, p = inputs.arguments["x"], inputs.arguments["p"]
    if p in (0, 1) or not inputs.arguments["training"]:
        return np.full(x.shape, 0.0 if p == 1 else 1.0)
    mask = np.full(x.shape, np.nan)
    for given, name in ((inputs.grad_output, "grad_x"), (x, "output")):
        result = results.get(name)
        if isinstance(result, (np.ndarray, np.generic)) and result.shape == x.shape and result.dtype.kind == "f":
            dropped = (result == 0) | np.isnan(result)  # NaN from an infinity, also from one by overflow
            mask = np.where((given == 0) | np.isnan(given), mask, np.where(dropped, 0.0, 1.0))
    return mask


def judged(arguments: Mapping[str, Any], grad_output: Any) -> dict[str, Any]:
    """All but the gradient of elements of which nobody can see whether they are kept."""
    unseen = np.isnan(arguments["rng"])
    return {"grad_x": ~unseen} if unseen.any() else {}


def call(torch: Any, x: Any, p: float, training: bool, rng: Any) -> Any:
    """PyTorch's own dropout would draw from PyTorch's generator."""
    if not training:
        return x.clone()
    return x * _kept(torch, rng) / (1 if p == 1 else 1 - p)


def _kept(torch: Any, rng: Any) -> Any:
    """The mask; before a plugin's results are known everything is kept."""
    return 1.0 if isinstance(rng, np.random.Generator) else torch.nan_to_num(rng, nan=1.0)


def inspect(answers: Sequence[FirstAnswer]) -> Iterator[Finding]:
    """What is wrong with the masks and with what was drawn for them."""
    for answer in answers:
        yield from (Finding("randomness", "rng", says) for says in _drawn(answer))
    p, training = answers[0].inputs.arguments["p"], answers[0].inputs.arguments["training"]
    if training and p not in (0, 1):
        yield from (Finding("randomness", "mask", says) for says in _oddities(answers, 1 - p))


def _oddities(answers: Sequence[FirstAnswer], keep: float) -> Iterator[str]:
    masks = [_mask(answer.inputs, answer.results) for answer in answers]
    for answer, mask in zip(answers, masks, strict=True):
        x = answer.inputs.arguments["x"]
        groups = {"positive elements": x > 0, "negative elements": x < 0, "elements that are 0": x == 0}
        yield from randomness.oddities(mask == 1, ~np.isnan(mask), keep, groups)
    if len(masks) == 2:
        known = ~np.isnan(masks[0]) & ~np.isnan(masks[1])
        yield from randomness.dependence(masks[0] == 1, masks[1] == 1, known, keep)


def _drawn(answer: FirstAnswer) -> Iterator[str]:
    """Evaluation leaves rng alone, training takes from it what a random mask takes."""
    x, p, training = (answer.inputs.arguments[name] for name in ("x", "p", "training"))
    before, after = answer.inputs.arguments["rng"].bit_generator.state, answer.generators["rng"]
    if not training and before != after:
        yield "evaluation drew from rng, but should leave it alone"
    if training and 0 < p < 1 and x.size:
        yield from randomness.too_little(before, after, x.size, 1 - p)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank."""
    return {"x": sampler.recipe(sampler.any_shape())}


_SPECIAL = np.array([[np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 1e-45]] * 8)
EXAMPLES = {"": {"x": numbers(4, 5), "p": 0.3}}
EDGES: Edges = {
    "digits": {"x": Recipe((4, 1, 28, 28), "mnist")},
    "large": {"x": Recipe((110, 120))},
    "large_and_mostly_kept": {"x": Recipe((9, 8, 11, 13)), "p": 0.1},
    "large_and_mostly_dropped": {"x": Recipe((130, 90), "positive"), "p": 0.9},
    "large_and_half_of_it_zeros": {"x": Recipe((33, 17, 19), "sparse"), "p": 0.3},
    "very_large": {"x": Recipe((1000, 400), "positive"), "p": 0.2},
    "keep_all": {"x": numbers(4, 5), "p": 0.0},
    "drop_all": {"x": numbers(4, 5), "p": 1.0},
    "drop_all_special": {"x": _SPECIAL, "p": 1.0},
    "evaluation": {"x": numbers(4, 5), "training": False},
    "evaluation_of_a_certain_drop": {"x": numbers(4, 5), "p": 1.0, "training": False},
    "special": {"x": _SPECIAL, "p": 0.4},
    "special_gradient": {"x": numbers(6, 4), "grad_output": np.array([[np.nan, np.inf, -np.inf, 0.0]] * 6)},
    "special_evaluation": {"x": _SPECIAL, "training": False},
    "zeros": {"x": np.zeros((16, 16))},
    "subnormal": {"x": numbers(8, 8) * 1e-42, "p": 0.7},
    "scaled_beyond_range": {"x": np.full((8, 8), 3e38)},
    "drops_some_in_a_thousand": {"x": Recipe((300, 400), "positive"), "p": 0.003},
    "keeps_some_in_a_thousand": {"x": Recipe((300, 400), "positive"), "p": 0.997},
    "rarely_drops": {"x": numbers(30, 30), "p": 1e-9},
}


def _in_training(says: str, kept: Any, evaluated: Any = lambda x, p: x.clone()) -> Mistake:
    """A variant; in training ``kept`` takes torch, x, the mask and p."""
    return Mistake(
        says, lambda torch, x, p, training, rng: kept(torch, x, _kept(torch, rng), p) if training else evaluated(x, p)
    )


MISTAKES = (
    _in_training("kept elements are not scaled up", lambda torch, x, mask, p: x * mask),
    _in_training("kept elements are scaled by 1 / p", lambda torch, x, mask, p: x * mask / p),
    _in_training("kept elements are scaled down", lambda torch, x, mask, p: x * mask * (1 - p)),
    _in_training("a dropped NaN or infinity becomes 0", lambda torch, x, mask, p: torch.where(mask > 0, x / (1 - p), 0.0)),
    _in_training("training does not scale up, and evaluation scales down instead", lambda torch, x, mask, p: x * mask, lambda x, p: x * (1 - p)),
    Mistake("evaluation scales down", lambda torch, x, p, training, rng: call(torch, x, p, True, rng) if training else x * (1 - p)),
    changed("evaluation scales up", training=True),
    Mistake("the gradient goes through what is dropped, too", backward=lambda torch, a, g, right: {"x": g / (1 - a["p"]) if a["training"] else g}),
    Mistake("the gradient is not scaled up", backward=lambda torch, a, g, right: {"x": g * _kept(torch, a["rng"])}),
    gradient_changed("the gradient is scaled up in evaluation, too", training=True),
    Mistake("the gradient is dropped where x is 0, as if it had been dropped", backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, 0.0, right["x"])}),
)  # fmt: skip
