"""Cases drawn at random, half by Hypothesis and half by a plain generator."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from hypothesis import Phase, assume, strategies

from layerproof import find_layers
from layerproof_conformance.cases.building import is_legal
from layerproof_conformance.cases.composition import compose
from layerproof_conformance.cases.hypothesis_search import run_hypothesis
from layerproof_conformance.cases.samplers import HypothesisSampler, RandomSampler
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.types.case import Case
from layerproof_conformance.types.sampler import CaseSampler

ASK_EVERYTHING = 4
"""One case in so many also sets arguments that the plugin's signatures leave out, which it can only decline."""
REPEATED = 8
"""Cases in which the first array has one row, broadcast to all."""


def generated_cases(layer: str, count: int, seed_number: int, unsupported_arguments: Sequence[str] = ()) -> list[Case]:
    """About ``count`` different cases of a layer, the same ones for the same seed.

    Half come from Hypothesis, which prefers simple, repeated and neighbouring choices; half are drawn independently,
    which covers more combinations.
    """
    cases: dict[str, Case] = {}

    def collect(case: Case) -> None:
        cases[case.id] = case

    run_hypothesis(
        _drawn(layer, tuple(unsupported_arguments)), collect, count - count // 2, seed_number, (Phase.generate,)
    )
    for number in range(count // 2):
        sampler = RandomSampler((layer, seed_number, number))
        case = _composed(layer, unsupported_arguments, sampler)
        if case is None:
            continue
        sibling = _sibling(case, sampler)
        repeated = _repeated(case) if number < REPEATED else None
        for drawn_case in (case, sibling, repeated):
            if drawn_case is not None:
                collect(drawn_case)
    return list(cases.values())


@strategies.composite
def _drawn(draw: Callable[[Any], Any], layer: str, unsupported_arguments: tuple[str, ...]) -> Case:
    case = _composed(layer, unsupported_arguments, HypothesisSampler(draw))
    assume(case is not None)
    assert case is not None
    return case


def _composed(layer: str, unsupported_arguments: Sequence[str], sampler: CaseSampler) -> Case | None:
    attributes = {name: sampler.one_of(values) for name, values in find_layer_judge(layer).attributes.items()}
    if unsupported_arguments and sampler.integer(1, ASK_EVERYTHING) < ASK_EVERYTHING:
        attributes |= {
            name: value for name, value in _neutral(layer, attributes).items() if name in unsupported_arguments
        }
    return compose(layer, attributes, sampler, "generated")


def _sibling(case: Case, sampler: CaseSampler) -> Case | None:
    """The same arrays with another value of one attribute: a cache whose keys are shapes alone answers wrongly."""
    if "special" in {case.grad_values, *(recipe.values for recipe in case.arrays.values() if recipe)}:
        return None  # which infinities are defined depends on the attributes
    attributes = find_layer_judge(case.layer).attributes
    for name in sorted(attributes, key=lambda name: sampler.integer(0, 99)):
        value = sampler.one_of(attributes[name])
        changed = msgspec.structs.replace(case, attributes={**case.attributes, name: value})
        if value != case.attributes[name] and is_legal(changed):
            return changed
    return None


def _repeated(case: Case) -> Case | None:
    """The same case with stride 0 along the rows of its first array: all rows are equal, and still count each."""
    name = next(iter(case.arrays))
    recipe = case.arrays[name]
    if recipe is None or not recipe.shape or recipe.shape[0] < 2 or recipe.values == "special":
        return None
    arrays = {**case.arrays, name: msgspec.structs.replace(recipe, layout="broadcast")}
    changed = msgspec.structs.replace(case, arrays=arrays, grad_layout="C")
    return changed if is_legal(changed) else None


def _neutral(layer: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    contract = find_layers()[layer]
    kept = {name: value for name, value in attributes.items() if name not in contract.neutral}
    return {name: value for name, value in contract.completed(kept).items() if name in attributes}
