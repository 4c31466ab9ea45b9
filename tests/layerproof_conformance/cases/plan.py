"""Which cases a run consists of, by level and seed."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from layerproof_conformance.cases.combinations import combined_cases
from layerproof_conformance.cases.generated import generated_cases
from layerproof_conformance.cases.named import named_cases
from layerproof_conformance.types.case import Case

Level = Literal["quick", "standard", "exhaustive"]


@dataclass(frozen=True)
class LevelSettings:
    """How much a level does for each layer."""

    dtypes: tuple[str, ...]
    combinations: int
    generated: int
    shrinking: float
    """Seconds for each failure to become smaller."""


LEVEL_SETTINGS: Mapping[Level, LevelSettings] = {
    "quick": LevelSettings(("float32",), combinations=0, generated=30, shrinking=3.0),
    "standard": LevelSettings(("float32", "float64"), combinations=1, generated=150, shrinking=8.0),
    "exhaustive": LevelSettings(("float32", "float64"), combinations=5, generated=2000, shrinking=20.0),
}


def plan(layer: str, level: Level, seed: int, unsupported_arguments: Sequence[str] = ()) -> list[Case]:
    """The cases of one layer, each once, in an order in which shapes and sources are mixed."""
    effort = LEVEL_SETTINGS[level]
    found = {case.id: case for case in named_cases(layer, effort.dtypes)}
    for number in range(effort.combinations):
        found |= {case.id: case for case in combined_cases(layer, seed + number)}
    found |= {case.id: case for case in generated_cases(layer, effort.generated, seed, unsupported_arguments)}
    cases = list(found.values())
    random.Random(seed).shuffle(cases)
    return cases
