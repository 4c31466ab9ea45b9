"""What changed between two runs, and whether it is a regression."""

from collections.abc import Iterator
from dataclasses import dataclass

from layerproof_conformance.types.run_document import LayerResult, Run
from layerproof_conformance.types.status import Status

WORTH_TELLING = 0.1
"""Errors below this multiple of the bound are no loss, whatever they were before."""
MORE_ACCURATE, FASTER = 1.05, 1.05
"""Smaller changes than this factor are not told."""


@dataclass(frozen=True)
class Limits:
    """By what factor an error in bounds or a time may grow before that is a regression."""

    accuracy: float = 2.0
    speed: float = 1.25


@dataclass(frozen=True)
class Change:
    """One difference between two runs."""

    layer: str
    what: str
    before: str
    after: str
    regression: bool = False
    improvement: bool = False
    case: str = ""
    """One of the cases that changed, by its id."""


def changes(before: Run, after: Run, limits: Limits) -> list[Change]:
    """Everything that differs, layer by layer: verdicts, cases, coverage, accuracy, speed.

    A regression is: a layer that conformed and does not, or is gone; a case of both runs that passed and no longer
    does; an attribute value that is no longer answered, where seed and level are the same; an accuracy or a speed
    that is worse by more than its limit, in a layer that conforms in both.
    """
    found = []
    same_cases = (before.seed, before.level) == (after.seed, after.level)
    for name in sorted({*before.layers, *after.layers}):
        old, new = before.layers.get(name), after.layers.get(name)
        if old is None or new is None:
            was, is_now = (one.verdict if one else "not judged" for one in (old, new))
            found.append(Change(name, "verdict", was, is_now, regression=new is None, improvement=old is None))
        else:
            found += _verdict(name, old, new)
            found += _cases(name, old, new)
            found += _coverage(name, old, new, same_cases)
            found += _accuracy(name, old, new, limits.accuracy)
            found += _speed(name, old, new, limits.speed)
    return found


def _verdict(name: str, old: LayerResult, new: LayerResult) -> Iterator[Change]:
    if old.verdict != new.verdict:
        worse, better = old.verdict == "conforms", new.verdict == "conforms"
        yield Change(name, "verdict", old.verdict, new.verdict, worse, better)


def _cases(name: str, old: LayerResult, new: LayerResult) -> Iterator[Change]:
    """Cases that both runs had, and that ended differently."""
    was = {case.id: case.status for case in old.cases}
    moved: dict[tuple[Status, Status], list[str]] = {}
    for case in new.cases:
        if case.id in was and was[case.id] is not case.status:
            moved.setdefault((was[case.id], case.status), []).append(case.id)
    for (status_before, status_after), ids in moved.items():
        what = "1 case" if len(ids) == 1 else f"{len(ids)} cases"
        worse, better = status_before is Status.PASSED, status_after is Status.PASSED
        yield Change(name, what, status_before.value, status_after.value, worse, better, ids[0])


def _coverage(name: str, old: LayerResult, new: LayerResult, same_cases: bool) -> Iterator[Change]:
    for attribute in {**old.attributes, **new.attributes}:
        had, has = old.attributes.get(attribute, {}), new.attributes.get(attribute, {})
        for value in {**had, **has}:
            if (value in had) != (value in has):
                yield Change(
                    name,
                    f"{attribute}={value}",
                    _answered(had, value),
                    _answered(has, value),
                    regression=same_cases and value in had,
                    improvement=same_cases and value in has,
                )


def _answered(values: dict[str, int], value: str) -> str:
    return f"answered {values[value]} times" if value in values else "not answered"


def _accuracy(name: str, old: LayerResult, new: LayerResult, limit: float) -> Iterator[Change]:
    """Of a layer that is right in both runs: of a wrong one, only its right cases were measured."""
    if not old.verdict == new.verdict == "conforms" or old.accuracy is None or new.accuracy is None:
        return
    before, after = old.accuracy.bounds, new.accuracy.bounds
    worse = after > limit * before and after > WORTH_TELLING
    better = before > MORE_ACCURATE * after and before > WORTH_TELLING
    if worse or better or after > MORE_ACCURATE * before:
        yield Change(name, "error in bounds", f"{before:.3g}", f"{after:.3g}", worse, better)
    if bool(old.accuracy.normwise) != bool(new.accuracy.normwise):
        counts = str(old.accuracy.normwise), str(new.accuracy.normwise)
        yield Change(name, "cases that need the normwise bound", *counts, improvement=not new.accuracy.normwise)


def _speed(name: str, old: LayerResult, new: LayerResult, limit: float) -> Iterator[Change]:
    if old.speed is None or new.speed is None:
        return
    for direction in ("forward", "backward"):
        before, after = getattr(old.speed, direction), getattr(new.speed, direction)
        if before is None or after is None:
            continue
        worse, better = after > limit * before, before > FASTER * after
        if worse or better or after > FASTER * before:
            what = f"{direction} time over PyTorch's"
            yield Change(name, what, f"{before:.2f}", f"{after:.2f}", worse, better)
