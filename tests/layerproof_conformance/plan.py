"""Which cases a run consists of, by level and seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from layerproof_conformance.case import Case
from layerproof_conformance.cases import combined_cases, named_cases
from layerproof_conformance.generated import generated_cases

Level = Literal["quick", "standard", "exhaustive"]


@dataclass(frozen=True)
class Effort:
    """How much a level does for each layer."""

    dtypes: tuple[str, ...]
    combinations: int
    generated: int
    shrinking: float
    """Seconds for each failure to become smaller."""


EFFORTS: Mapping[Level, Effort] = {
    "quick": Effort(("float32",), combinations=0, generated=30, shrinking=3.0),
    "standard": Effort(("float32", "float64"), combinations=1, generated=150, shrinking=8.0),
    "exhaustive": Effort(("float32", "float64"), combinations=5, generated=2000, shrinking=20.0),
}


def plan(layer: str, level: Level, seed: int, left_out: Sequence[str] = ()) -> list[Case]:
    """The cases of one layer, each once, in an order in which shapes and sources are mixed."""
    effort = EFFORTS[level]
    found = {case.id: case for case in named_cases(layer, effort.dtypes)}
    for number in range(effort.combinations):
        found |= {case.id: case for case in combined_cases(layer, seed + number)}
    found |= {case.id: case for case in generated_cases(layer, effort.generated, seed, left_out)}
    cases = list(found.values())
    random.Random(seed).shuffle(cases)
    return cases
