"""Cases in which every value of every attribute meets every value of every other."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from layerproof_conformance.cases.composition import compose
from layerproof_conformance.cases.samplers import RandomSampler
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.types.case import Case

LEAST = 8
"""Cases of a layer with at most one attribute."""
ATTEMPTS = 30
"""Draws of arrays that are tried for a row of attributes."""


def combined_cases(layer: str, seed: int) -> Iterator[Case]:
    """Cases in which every two values of every two attributes meet, as far as they are legal together."""
    for number, attributes in enumerate(_pairwise(find_layer_judge(layer).attributes, seed)):
        attempts = (RandomSampler((layer, seed, number, attempt)) for attempt in range(ATTEMPTS))
        composed = (compose(layer, attributes, sampler, "combination") for sampler in attempts)
        case = next((case for case in composed if case is not None), None)
        if case is not None:
            yield case


def _pairwise(attributes: Mapping[str, Sequence[Any]], seed: int) -> Iterator[dict[str, Any]]:
    """Rows of attribute values; any two values of any two attributes are together in some row (greedy algorithm)."""
    names = list(attributes)
    generator = random.Random(seed)
    if len(names) < 2:
        values = attributes[names[0]] if names else (None,)
        # without several attributes a single draw of arrays may be empty, or of one kind
        yield from (dict.fromkeys(names, value) for value in itertools.islice(itertools.cycle(values), LEAST))
        return
    wanted = {
        (a, i, b, j)
        for a, b in itertools.combinations(range(len(names)), 2)
        for i in range(len(attributes[names[a]]))
        for j in range(len(attributes[names[b]]))
    }
    while wanted:
        best: tuple[int, list[int]] = (-1, [])
        a, i, b, j = min(wanted)
        for _ in range(30):
            row = [generator.randrange(len(attributes[name])) for name in names]
            row[a], row[b] = i, j
            best = max(best, (len(wanted & _pairs(row)), row))
        wanted -= _pairs(best[1])
        yield {name: attributes[name][position] for name, position in zip(names, best[1], strict=True)}


def _pairs(row: Sequence[int]) -> set[tuple[int, int, int, int]]:
    return {(a, row[a], b, row[b]) for a, b in itertools.combinations(range(len(row)), 2)}
