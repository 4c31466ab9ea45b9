"""Explain the failures of a layer: a small case of each kind, the mistake behind them, and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from layerproof_conformance.cases.plan import Level
from layerproof_conformance.types.run_document import Diagnosis, ErrorMap
from layerproof_conformance.types.status import Status
from layerproof_conformance.verdict.diagnosis import diagnose
from layerproof_conformance.verdict.error_maps import error_maps
from layerproof_conformance.verdict.isolation import Isolation
from layerproof_conformance.verdict.shrinking import smaller
from layerproof_conformance.verdict.verdicts import Verdict

SHRUNK = 3
"""Kinds of failures of a layer that are made small."""


@dataclass(frozen=True)
class Explanation:
    """What is shown of the failures of a layer; ``smallest`` has the id of the failing case for a key."""

    smallest: dict[str, Verdict] = field(default_factory=dict)
    diagnosis: list[Diagnosis] = field(default_factory=list)
    error_maps: list[ErrorMap] = field(default_factory=list)


def explain(
    layer: str, verdicts: Sequence[Verdict], isolation: Isolation, level: Level, seed: int, shrink: bool
) -> Explanation:
    """Make the first failure of each kind small, and look for the mistake behind the failures."""
    failing = sorted(
        (verdict for verdict in verdicts if verdict.status.is_failure),
        # wrong values are the plainest failure: they show in a single forward and backward
        key=lambda verdict: (verdict.check != "values", verdict.case.name == "", verdict.case.size),
    )
    kinds: dict[tuple[Status, str, str], Verdict] = {}
    for verdict in failing:
        kinds.setdefault(verdict.kind, verdict)
    smallest = {}
    for verdict in list(kinds.values())[:SHRUNK]:
        shrinks = shrink and verdict.status is not Status.TIMEOUT
        smallest[verdict.case.id] = smaller(verdict, isolation, level, seed) if shrinks else verdict
    return Explanation(smallest, diagnose(layer, verdicts), error_maps(layer, failing))
