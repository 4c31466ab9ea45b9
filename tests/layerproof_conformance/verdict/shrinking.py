"""Make a failure small: the smallest case that fails in the same way."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerproof_conformance.cases.building import build
from layerproof_conformance.cases.plan import LEVEL_SETTINGS, Level
from layerproof_conformance.cases.smallest import smallest_failing
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.types.case import Case
from layerproof_conformance.verdict.isolation import Isolation
from layerproof_conformance.verdict.judge import ask, judge
from layerproof_conformance.verdict.verdicts import Verdict


def smaller(verdict: Verdict, isolation: Isolation, level: Level, seed: int) -> Verdict:
    """The verdict of the smallest case that fails the same way; an empty case stands for empty cases only."""
    verdicts: dict[str, Verdict] = {}
    arguments = build(verdict.case).arguments
    empty = _has_empty_array(arguments)

    def fails(case: Case) -> bool:
        if _has_empty_array(build(case).arguments) != empty:
            return False
        verdicts[case.id] = judge(ask(case, isolation))
        return verdicts[case.id].kind == verdict.kind

    attributes = find_layer_judge(verdict.case.layer).attributes
    hint = {name: value for name, value in arguments.items() if name in attributes}
    case = smallest_failing(verdict.case, hint, fails, seed, LEVEL_SETTINGS[level].shrinking)
    return verdicts[case.id] if case is not None else verdict


def _has_empty_array(arguments: Mapping[str, Any]) -> bool:
    return any(isinstance(value, np.ndarray) and not value.size for value in arguments.values())
