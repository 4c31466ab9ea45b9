"""Cases drawn at random, by Hypothesis and a plain generator; and, by Hypothesis, the smallest that still fails."""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, assume, given, seed, settings, strategies
from hypothesis.errors import HypothesisException, Unsatisfiable
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

from layerproof import find_layers
from layerproof_conformance.case import Case
from layerproof_conformance.cases import compose, is_legal
from layerproof_conformance.choose import Choose, Drawn, Rolled
from layerproof_conformance.knowledge import knowledge

ASK_EVERYTHING = 4
"""One case in so many also asks for what the plugin leaves out of its signatures; the others would only be declined."""
REPEATED = 8
"""Cases in which the first array has one row, broadcast to all."""
SEARCH = 400
"""Cases that are tried to find a smaller one that fails."""
ATTEMPTS = 3
"""Searches that begin elsewhere: shrinking ends where no single step makes a case smaller."""


def generated_cases(layer: str, count: int, seed_number: int, left_out: Sequence[str] = ()) -> list[Case]:
    """About ``count`` different cases of a layer, the same ones for the same seed.

    Half come from Hypothesis, which likes simple, repeated and neighbouring choices; half are rolled independently,
    which covers more ground.
    """
    found: dict[str, Case] = {}

    def collect(case: Case) -> None:
        found[case.id] = case

    _run(_drawn(layer, tuple(left_out)), collect, count - count // 2, seed_number, (Phase.generate,))
    for number in range(count // 2):
        choose = Rolled((layer, seed_number, number))
        case = _composed(layer, left_out, choose)
        for one in (case, case and _sibling(case, choose), case and number < REPEATED and _repeated(case)):
            if one:
                collect(one)
    return list(found.values())


def smallest_failing(
    failing: Case, hint: Mapping[str, Any], fails: Callable[[Case], bool], seed_number: int, seconds: float
) -> Case | None:
    """The smallest spelled-out case that fails, or None where none was found.

    Hypothesis searches where each choice is either the simplest or that of the failing case (``hint``: its
    attributes), and shrinks what it finds. ``fails`` is asked once for each case; after ``seconds`` no new case is
    tried.
    """
    known: dict[str, bool] = {}
    found: list[Case] = []
    deadline = time.monotonic() + seconds

    def check(case: Case) -> None:
        if case.id not in known:
            known[case.id] = time.monotonic() < deadline and fails(case)
        if known[case.id]:
            found.append(case)
            raise _StillFailsError

    for attempt in range(ATTEMPTS):
        # HypothesisException: time ran out in the middle of shrinking
        with contextlib.suppress(_StillFailsError, HypothesisException):
            _run(_near(failing, hint), check, SEARCH, seed_number + attempt, (Phase.generate, Phase.shrink))
        if not found or time.monotonic() > deadline:
            break
    return min(found, key=lambda case: (case.size, len(case.id)), default=None)


class WithoutConstants(HypothesisProvider):
    """Hypothesis, but without the numbers that it finds in the source of whatever happens to be imported.

    A seed has to give the same cases in every process and after every way of installing this.
    """

    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


AVAILABLE_PROVIDERS["layerproof"] = f"{__name__}.{WithoutConstants.__name__}"


class _StillFailsError(Exception):
    """What Hypothesis is to make smaller."""


@strategies.composite
def _drawn(draw: Callable[[Any], Any], layer: str, left_out: tuple[str, ...]) -> Case:
    case = _composed(layer, left_out, Drawn(draw))
    assume(case is not None)
    assert case is not None
    return case


@strategies.composite
def _near(draw: Callable[[Any], Any], failing: Case, hint: Mapping[str, Any]) -> Case:
    themes = {"normal", failing.grad_values, *(recipe.values for recipe in failing.arrays.values() if recipe)}
    choose = Drawn(draw, tuple(sorted(themes | ({"ties", "mnist"} if failing.name else set()), key="normal".__ne__)))
    attributes = {
        name: choose.one_of((values[0], hint[name]) if name in hint else values)
        for name, values in knowledge(failing.layer).attributes.items()
    }
    case = compose(failing.layer, attributes, choose, "generated")
    assume(case is not None)
    assert case is not None
    return case


def _composed(layer: str, left_out: Sequence[str], choose: Choose) -> Case | None:
    attributes = {name: choose.one_of(values) for name, values in knowledge(layer).attributes.items()}
    if left_out and choose.integer(1, ASK_EVERYTHING) < ASK_EVERYTHING:
        attributes |= {name: value for name, value in _neutral(layer, attributes).items() if name in left_out}
    return compose(layer, attributes, choose, "generated")


def _sibling(case: Case, choose: Choose) -> Case | None:
    """The same arrays with one attribute changed: a plugin that remembers by shape alone answers it wrongly."""
    if "special" in {case.grad_values, *(recipe.values for recipe in case.arrays.values() if recipe)}:
        return None  # which infinities are defined depends on the attributes
    attributes = knowledge(case.layer).attributes
    for name in sorted(attributes, key=lambda name: choose.integer(0, 99)):
        value = choose.one_of(attributes[name])
        changed = msgspec.structs.replace(case, attributes={**case.attributes, name: value})
        if value != case.attributes[name] and is_legal(changed):
            return changed
    return None


def _repeated(case: Case) -> Case | None:
    """The same with strides of 0 in its first array, and in no other: what sums over rows cannot take the first."""
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


def _run(
    cases: strategies.SearchStrategy[Case],
    test: Callable[[Case], None],
    count: int,
    seed_number: int,
    phases: Sequence[Phase],
) -> None:
    configured = settings(
        backend="layerproof",
        max_examples=count,
        phases=phases,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    try:
        seed(seed_number)(configured(given(cases)(test)))()
    except Unsatisfiable:
        return
