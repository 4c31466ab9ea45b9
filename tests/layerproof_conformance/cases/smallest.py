"""The smallest case that still fails."""

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import Phase, assume, strategies
from hypothesis.errors import HypothesisException

from layerproof_conformance.cases.composition import compose
from layerproof_conformance.cases.hypothesis_search import run_hypothesis
from layerproof_conformance.cases.samplers import HypothesisSampler
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.types.case import Case

SEARCH = 400
"""Cases that each search may try."""
ATTEMPTS = 3
"""Searches from different starting points: shrinking ends where no single step makes a case smaller."""


def smallest_failing(
    failing: Case, hint: Mapping[str, Any], fails: Callable[[Case], bool], seed_number: int, seconds: float
) -> Case | None:
    """The smallest case that fails, or None if the search finds no failing case.

    Hypothesis searches among cases of which each attribute has either its simplest value or that of the failing case
    (``hint``), and shrinks what it finds. ``fails`` is asked once for each case; after ``seconds`` no new case is
    tried.
    """
    fails_by_id: dict[str, bool] = {}
    failing_cases: list[Case] = []
    deadline = time.monotonic() + seconds

    def check(case: Case) -> None:
        if case.id not in fails_by_id:
            fails_by_id[case.id] = time.monotonic() < deadline and fails(case)
        if fails_by_id[case.id]:
            failing_cases.append(case)
            raise _StillFailsError

    for attempt in range(ATTEMPTS):
        # HypothesisException: time ran out in the middle of shrinking
        with contextlib.suppress(_StillFailsError, HypothesisException):
            run_hypothesis(_near(failing, hint), check, SEARCH, seed_number + attempt, (Phase.generate, Phase.shrink))
        if not failing_cases or time.monotonic() > deadline:
            break
    return min(failing_cases, key=_complexity, default=None)


def _complexity(case: Case) -> tuple[int, int, int]:
    """What makes a case harder to read: its elements, then what is not plain about it, then the length of its id."""
    simplest = {name: values[0] for name, values in find_layer_judge(case.layer).attributes.items()}
    arrays = [recipe for recipe in case.arrays.values() if recipe]
    kinds = [(recipe.values, recipe.layout) for recipe in arrays] + [(case.grad_values, case.grad_layout)]
    not_plain = sum((values != "normal") + (layout != "C") for values, layout in kinds)
    not_plain += sum(case.attributes[name] != value for name, value in simplest.items() if name in case.attributes)
    return case.size, not_plain, len(case.id)


class _StillFailsError(Exception):
    """The failure that Hypothesis makes smaller."""


@strategies.composite
def _near(draw: Callable[[Any], Any], failing: Case, hint: Mapping[str, Any]) -> Case:
    themes = {"normal", failing.grad_values, *(recipe.values for recipe in failing.arrays.values() if recipe)}
    sampler = HypothesisSampler(
        draw, tuple(sorted(themes | ({"ties", "mnist"} if failing.name else set()), key="normal".__ne__))
    )
    attributes = {
        name: sampler.one_of((values[0], hint[name]) if name in hint else values)
        for name, values in find_layer_judge(failing.layer).attributes.items()
    }
    case = compose(failing.layer, attributes, sampler, "generated")
    assume(case is not None)
    assert case is not None
    return case
