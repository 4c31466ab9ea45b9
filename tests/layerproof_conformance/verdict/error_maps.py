"""Pictures of failures: where on the digit a wrong result is wrong."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.cases.building import build
from layerproof_conformance.cases.digits import SIDE
from layerproof_conformance.cases.mnist import SAMPLES, digit_of
from layerproof_conformance.layers import find_layer_judge
from layerproof_conformance.oracle.pytorch import by_name
from layerproof_conformance.types.run_document import ErrorMap
from layerproof_conformance.types.status import Status
from layerproof_conformance.verdict.verdicts import Verdict

Array = NDArray[Any]
SHOWN = 3
"""Maps for each layer."""
SMALLEST, LARGEST = 4, 64
"""Rows and columns of what is worth a picture."""


def error_maps(layer: str, failing: Sequence[Verdict]) -> list[ErrorMap]:
    """One map for each of the first results of the layer that are wrong on digits and shaped like images."""
    maps: dict[str, ErrorMap] = {}
    on_digits = [v for v in failing if v.case.source == "mnist" and v.status is Status.FAILED and v.check == "values"]
    for verdict in sorted(on_digits, key=_coarseness):
        if len(maps) < SHOWN and verdict.result not in maps:
            error_map = _error_map(layer, verdict)
            if error_map is not None:
                maps[verdict.result] = error_map
    return list(maps.values())


def _coarseness(verdict: Verdict) -> int:
    """Orders verdicts so that those with the most pixels come first."""
    value = verdict.values.get(verdict.result)
    return -math.prod(value.shape[-2:]) if isinstance(value, np.ndarray) else 0


def _error_map(layer: str, verdict: Verdict) -> ErrorMap | None:
    layer_judge, name = find_layer_judge(layer), verdict.result
    inputs = layer_judge.with_decisions(build(verdict.case), verdict.values)
    truth = by_name(layer_judge.expect(inputs, verdict.case.dtype).truth).get(name)
    got = verdict.values.get(name)
    if truth is None or not isinstance(got, np.ndarray) or got.shape != truth.shape:
        return None
    expected, difference = _as_images(truth), _as_images(_difference(got, truth))
    if expected is None or difference is None:
        return None
    wrong = np.where(np.isnan(difference), np.inf, np.abs(difference)).sum(axis=(-2, -1))
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
    digit = digit_of(verdict.case.name, index[0])
    return ErrorMap(verdict.case.id, name, digit, index, _rows(expected[index]), _rows(difference[index]))


def _difference(got: Array, truth: Array) -> Array:
    with np.errstate(invalid="ignore", over="ignore"):
        difference = got.astype(np.float64) - truth
    return np.where((got == truth) | (np.isnan(got) & np.isnan(truth)), 0.0, difference)


def _as_images(values: Array) -> Array | None:
    """The values with samples first and rows and columns last, or None where they are no images."""
    if values.ndim < 2 or len(values) != SAMPLES:
        return None
    if values.shape[1:] == (SIDE * SIDE,):
        return values.reshape(-1, SIDE, SIDE)
    fits = values.ndim > 2 and all(SMALLEST <= side <= LARGEST for side in values.shape[-2:])
    return values if fits else None


def _rows(plane: Array) -> list[list[float | str]]:
    return [[float(f"{x:.6g}") if np.isfinite(x) else str(x) for x in row] for row in plane.tolist()]
