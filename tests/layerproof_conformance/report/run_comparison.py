"""What changed between two runs, and whether it is a regression."""

from collections.abc import Iterator
from dataclasses import dataclass

from layerproof_conformance.types.run_document import LayerResult, Run
from layerproof_conformance.types.status import Status

NEGLIGIBLE_ERROR = 0.1
"""An error below this share of its bound is never a regression."""
REPORTED_FACTOR = 1.05
"""Errors and times that change by a smaller factor are not reported."""


@dataclass(frozen=True)
class Limits:
    """The factors by which error/bound and time may grow; more than that is a regression."""

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
    """The id of one of the cases that changed."""


def changes(before: Run, after: Run, limits: Limits) -> list[Change]:
    """Everything that differs, layer by layer: verdicts, cases, coverage, accuracy, speed.

    A regression is any of these: a layer conformed before and does not now, or is gone; a case of both runs passed
    before and does not now; an attribute value was answered before and is not now, where both runs have the same seed
    and level; the accuracy of a layer that conforms in both runs, or the speed of a layer, is worse by more than its
    limit.
    """
    differences = []
    same_cases = (before.seed, before.level) == (after.seed, after.level)
    for name in sorted({*before.layers, *after.layers}):
        old, new = before.layers.get(name), after.layers.get(name)
        if old is None or new is None:
            old_verdict, new_verdict = (result.verdict if result else "not judged" for result in (old, new))
            change = Change(name, "verdict", old_verdict, new_verdict, regression=new is None, improvement=old is None)
            differences.append(change)
        else:
            differences += _verdict(name, old, new)
            differences += _cases(name, old, new)
            differences += _coverage(name, old, new, same_cases)
            differences += _accuracy(name, old, new, limits.accuracy)
            differences += _speed(name, old, new, limits.speed)
    return differences


def _verdict(name: str, old: LayerResult, new: LayerResult) -> Iterator[Change]:
    if old.verdict != new.verdict:
        worse, better = old.verdict == "conforms", new.verdict == "conforms"
        yield Change(name, "verdict", old.verdict, new.verdict, worse, better)


def _cases(name: str, old: LayerResult, new: LayerResult) -> Iterator[Change]:
    """Cases of both runs whose status is another one now, counted for each pair of old and new status."""
    old_status = {case.id: case.status for case in old.cases}
    moved: dict[tuple[Status, Status], list[str]] = {}
    for case in new.cases:
        if case.id in old_status and old_status[case.id] is not case.status:
            moved.setdefault((old_status[case.id], case.status), []).append(case.id)
    for (status_before, status_after), ids in moved.items():
        what = "1 case" if len(ids) == 1 else f"{len(ids)} cases"
        worse, better = status_before is Status.PASSED, status_after is Status.PASSED
        yield Change(name, what, status_before.value, status_after.value, worse, better, ids[0])


def _coverage(name: str, old: LayerResult, new: LayerResult, same_cases: bool) -> Iterator[Change]:
    for attribute in {**old.attributes, **new.attributes}:
        old_counts, new_counts = old.attributes.get(attribute, {}), new.attributes.get(attribute, {})
        for value in {**old_counts, **new_counts}:
            if (value in old_counts) != (value in new_counts):
                yield Change(
                    name,
                    f"{attribute}={value}",
                    _answered(old_counts, value),
                    _answered(new_counts, value),
                    regression=same_cases and value in old_counts,
                    improvement=same_cases and value in new_counts,
                )


def _answered(values: dict[str, int], value: str) -> str:
    return f"answered {values[value]} times" if value in values else "not answered"


def _accuracy(name: str, old: LayerResult, new: LayerResult, limit: float) -> Iterator[Change]:
    """The change of the largest error, for layers that conform in both runs; failed cases have no measured error."""
    if not old.verdict == new.verdict == "conforms" or old.accuracy is None or new.accuracy is None:
        return
    before, after = old.accuracy.bounds, new.accuracy.bounds
    worse = after > limit * before and after > NEGLIGIBLE_ERROR
    better = before > REPORTED_FACTOR * after and before > NEGLIGIBLE_ERROR
    if worse or better or after > REPORTED_FACTOR * before:
        yield Change(name, "error/bound", f"{before:.3g}", f"{after:.3g}", worse, better)
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
        worse, better = after > limit * before, before > REPORTED_FACTOR * after
        if worse or better or after > REPORTED_FACTOR * before:
            what = f"{direction} time over PyTorch's"
            yield Change(name, what, f"{before:.2f}", f"{after:.2f}", worse, better)
