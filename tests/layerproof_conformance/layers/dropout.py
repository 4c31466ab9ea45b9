"""What the judge knows about dropout: the plugin's results show its mask; the rest follows, and the mask must be chance.

A kept element is x / (1 - p) within three roundings (1 - p, its reciprocal, the product), and exact where 1 - p is a power
of two; a dropped one is the product with 0.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from layerproof_conformance.layers import _randomness as randomness
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
    found = {}
    for (name, value), given in zip(by_name(truth).items(), (x, inputs.grad_output), strict=True):
        rounded = 0.0 if exact else ROUNDINGS * unit * np.abs(value) + smallest
        found[name] = Allowed(np.where(value == 0, 0.0, rounded), np.abs(given.astype(np.float64)) * scale)
    return found


def adapt(inputs: CaseInputs, results: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the mask instead of rng: 1 for what is kept, 0 for what is dropped, NaN for what nobody can see."""
    return {**inputs.arguments, "rng": _mask(inputs, results)}


def _mask(inputs: CaseInputs, results: Mapping[str, Any]) -> Any:
    """The output tells where x is not 0, the gradient where grad_output is not 0: what is dropped becomes 0 or NaN."""
    x, p = inputs.arguments["x"], inputs.arguments["p"]
    if p in (0, 1) or not inputs.arguments["training"]:
        return np.full(x.shape, 0.0 if p == 1 else 1.0)
    mask = np.full(x.shape, np.nan)
    for given, name in ((inputs.grad_output, "grad_x"), (x, "output")):
        told = results.get(name)
        if isinstance(told, (np.ndarray, np.generic)) and told.shape == x.shape and told.dtype.kind == "f":
            dropped = (told == 0) | np.isnan(told)  # NaN from an infinity, also from one by overflow
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
    kept = x * _kept(torch, rng)
    return kept if p == 1 else kept / (1 - p)


def _kept(torch: Any, rng: Any) -> Any:
    """The mask; before a plugin has told its own everything is kept."""
    return 1.0 if isinstance(rng, np.random.Generator) else torch.nan_to_num(rng, nan=1.0)


def inspect(told: Sequence[FirstAnswer]) -> Iterator[Finding]:
    """What is wrong with the masks and with what was drawn for them."""
    for one in told:
        yield from (Finding("randomness", "rng", says) for says in _drawn(one))
    p, training = told[0].inputs.arguments["p"], told[0].inputs.arguments["training"]
    if not training or p in (0, 1):
        return
    masks = [_mask(one.inputs, one.results) for one in told]
    for one, mask in zip(told, masks, strict=True):
        x = one.inputs.arguments["x"]
        groups = {"positive elements": x > 0, "negative elements": x < 0, "elements that are 0": x == 0}
        odd = randomness.oddities(mask == 1, ~np.isnan(mask), 1 - p, groups)
        yield from (Finding("randomness", "mask", says) for says in odd)
    if len(masks) == 2:
        seen = ~np.isnan(masks[0]) & ~np.isnan(masks[1])
        same = randomness.dependence(masks[0] == 1, masks[1] == 1, seen, 1 - p)
        yield from (Finding("randomness", "mask", says) for says in same)


def _drawn(told: FirstAnswer) -> Iterator[str]:
    """Evaluation leaves rng alone, training takes from it what a random mask takes."""
    x, p, training = (told.inputs.arguments[name] for name in ("x", "p", "training"))
    before, after = told.inputs.arguments["rng"].bit_generator.state, told.generators["rng"]
    if not training and before != after:
        yield "evaluation drew from rng, but should leave it alone"
    if training and 0 < p < 1 and x.size:
        yield from randomness.too_little(before, after, x.size, 1 - p)


def arrays(attributes: Mapping[str, Any], sampler: CaseSampler) -> dict[str, Recipe | None]:
    """An array of any rank."""
    return {"x": sampler.recipe(sampler.any_shape())}


def _numbers(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).standard_normal(shape)


EDGES: dict[str, Any] = {
    "half": lambda: {"x": _numbers(4, 5)},
    "digits": lambda: {"x": Recipe((4, 1, 28, 28), "mnist")},
    "large": lambda: {"x": Recipe((110, 120)), "p": 0.5},
    "large_and_mostly_kept": lambda: {"x": Recipe((9, 8, 11, 13)), "p": 0.1},
    "large_and_mostly_dropped": lambda: {"x": Recipe((130, 90), "positive"), "p": 0.9},
    "large_and_half_of_it_zeros": lambda: {"x": Recipe((33, 17, 19), "sparse"), "p": 0.3},
    "very_large": lambda: {"x": Recipe((1000, 400), "positive"), "p": 0.2},
    "keep_all": lambda: {"x": _numbers(4, 5), "p": 0.0},
    "drop_all": lambda: {"x": _numbers(4, 5), "p": 1.0},
    "drop_all_special": lambda: {"x": np.array([1.0, -2.0, 0.0, np.nan, np.inf, -np.inf]), "p": 1.0},
    "evaluation": lambda: {"x": _numbers(4, 5), "training": False},
    "evaluation_of_a_certain_drop": lambda: {"x": _numbers(4, 5), "p": 1.0, "training": False},
    "special": lambda: {"x": np.array([[np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0, 1e-45]] * 8), "p": 0.4},
    "special_gradient": lambda: {
        "x": _numbers(6, 4), "grad_output": np.array([[np.nan, np.inf, -np.inf, 0.0]] * 6),
    },
    "special_evaluation": lambda: {"x": np.array([np.nan, np.inf, -np.inf, -0.0, 3.0]), "training": False},
    "zeros": lambda: {"x": np.zeros((16, 16)), "p": 0.5},
    "subnormal": lambda: {"x": _numbers(8, 8) * 1e-42, "p": 0.7},
    "scaled_beyond_range": lambda: {"x": np.full((8, 8), 3e38), "p": 0.5},
    "drops_some_in_a_thousand": lambda: {"x": Recipe((300, 400), "positive"), "p": 0.003},
    "keeps_some_in_a_thousand": lambda: {"x": Recipe((300, 400), "positive"), "p": 0.997},
    "rarely_drops": lambda: {"x": _numbers(30, 30), "p": 1e-9},
    "one_element": lambda: {"x": np.array([2.5]), "p": 0.3},
    "scalar": lambda: {"x": np.array(-1.5)},
    "empty": lambda: {"x": np.zeros((0, 3))},
}  # fmt: skip


def _always(torch: Any, x: Any, p: float, rng: Any) -> Any:
    return call(torch, x, p, True, rng)


def _dropping(kept: Any) -> Any:
    """A variant that differs in training only; ``kept`` takes x, the mask and p."""
    return lambda torch, x, p, training, rng: kept(torch, x, _kept(torch, rng), p) if training else x.clone()


MISTAKES = (
    Mistake("kept elements are not scaled up", _dropping(lambda torch, x, mask, p: x * mask)),
    Mistake("kept elements are scaled by 1 / p", _dropping(lambda torch, x, mask, p: x * mask / p)),
    Mistake("kept elements are scaled down", _dropping(lambda torch, x, mask, p: x * mask * (1 - p))),
    Mistake(
        "a dropped NaN or infinity becomes 0",
        _dropping(lambda torch, x, mask, p: torch.where(mask > 0, x / (1 - p), 0.0)),
    ),
    Mistake(
        "training does not scale up, and evaluation scales down instead",
        lambda torch, x, p, training, rng: x * _kept(torch, rng) if training else x * (1 - p),
    ),
    Mistake(
        "evaluation scales down",
        lambda torch, x, p, training, rng: _always(torch, x, p, rng) if training else x * (1 - p),
    ),
    Mistake("evaluation scales up", lambda torch, x, p, training, rng: _always(torch, x, p, rng)),
    Mistake(
        "the gradient goes through what is dropped, too",
        backward=lambda torch, a, g, right: {"x": g / (1 - a["p"]) if a["training"] else g},
    ),
    Mistake("the gradient is grad_output itself", backward=lambda torch, a, g, right: {"x": g}),
    Mistake("the gradient is not scaled up", backward=lambda torch, a, g, right: {"x": g * _kept(torch, a["rng"])}),
    Mistake(
        "the gradient is scaled up in evaluation, too",
        backward=lambda torch, a, g, right: {"x": _always(torch, g, a["p"], a["rng"])},
    ),
    Mistake(
        "the gradient is dropped where x is 0, as if it had been dropped",
        backward=lambda torch, a, g, right: {"x": torch.where(a["x"] == 0, 0.0, right["x"])},
    ),
)
