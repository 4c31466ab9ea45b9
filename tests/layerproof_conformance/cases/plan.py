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
    """Seconds that the search for a smaller case may take for each failure."""


LEVEL_SETTINGS: Mapping[Level, LevelSettings] = {
    "quick": LevelSettings(("float32",), combinations=0, generated=30, shrinking=3.0),
    "standard": LevelSettings(("float32", "float64"), combinations=1, generated=150, shrinking=8.0),
    "exhaustive": LevelSettings(("float32", "float64"), combinations=5, generated=2000, shrinking=20.0),
}


def plan(layer: str, level: Level, seed: int, unsupported_arguments: Sequence[str] = ()) -> list[Case]:
    """The cases of a layer, each once; the order mixes shapes and sources."""
    settings = LEVEL_SETTINGS[level]
    by_id = {case.id: case for case in named_cases(layer, settings.dtypes)}
    for number in range(settings.combinations):
        by_id |= {case.id: case for case in combined_cases(layer, seed + number)}
    by_id |= {case.id: case for case in generated_cases(layer, settings.generated, seed, unsupported_arguments)}
    cases = list(by_id.values())
    random.Random(seed).shuffle(cases)
    return cases
