"""Whether a mask of kept elements looks like chance, by tests that accuse a right one less than once in 10^14 times."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

UNLIKELY = 1e-14
"""The chance that a right mask is accused by any of its tests; a long run has some 10^4 masks."""
STEP_BITS = 64
"""Random bits in one step of PCG64, numpy's default generator."""
LAGS = 64
"""Distances up to which all are tried, and all powers of two beyond: widths of vectors, blocks, rows and periods."""


class Counts(NamedTuple):
    """Successes among independent trials that each succeed with the same probability; one test for each entry."""

    says: str
    successes: Array
    trials: Array
    probability: float


def oddities(mask: Array, judged: Array, keep: float, groups: Mapping[str, Array]) -> Iterator[str]:
    """What is odd about a mask whose elements are to be kept independently, each with probability ``keep``.

    Only the elements in ``judged`` are known. ``groups`` names parts of the mask that must not differ from the whole.
    """
    yield from _implausible([*_shares(mask, judged, keep, groups), *_repetitions(mask, judged, keep)])


def dependence(mask: Array, other: Array, judged: Array, keep: float) -> Iterator[str]:
    """What is odd about two masks that are to be independent of each other."""
    says = "the masks of two different states of rng agree in"
    yield from _implausible([_agreement(says, mask[judged], other[judged], keep)])


def too_little(before: Mapping[str, Any], after: Mapping[str, Any], elements: int, keep: float) -> Iterator[str]:
    """Whether a PCG64 gave fewer random bits, between two of its states, than a mask of so many elements holds.

    Numbers are not counted: a float32, an integer or a single bit for each element are all right, and take less than a
    float64. Half of the mask's information is asked for, because one mask holds less of it than another.
    """
    if before == after:
        yield f"rng is in the same state after a mask of {elements} elements was drawn from it"
        return
    information = -elements * sum(chance * math.log2(chance) for chance in (keep, 1 - keep))
    step: Any = np.random.PCG64()
    step.state = before
    for drawn in range(int(information / 2 / STEP_BITS)):
        if step.state["state"] == after["state"]:
            yield f"rng gave {drawn} random numbers for a mask of {elements} elements, but should give one for each"
            return
        step.advance(1)


def _shares(mask: Array, judged: Array, keep: float, groups: Mapping[str, Array]) -> Iterator[Counts]:
    kept = mask & judged
    yield Counts("kept are", kept.sum(keepdims=True).ravel(), judged.sum(keepdims=True).ravel(), keep)
    for name, group in groups.items():
        yield Counts(f"of {name} kept are", np.array([kept[group].sum()]), np.array([judged[group].sum()]), keep)
    for axis in range(mask.ndim):
        others = tuple(other for other in range(mask.ndim) if other != axis)
        yield Counts(f"in one place along axis {axis} kept are", kept.sum(others), judged.sum(others), keep)


def _repetitions(mask: Array, judged: Array, keep: float) -> Iterator[Counts]:
    """Pairs of elements at one distance, each element in one pair at most, so that the pairs are independent."""
    flat, known = mask.ravel(), judged.ravel()
    if flat.size < 2 * math.log2(1 / UNLIKELY):  # even if all pairs agree
        return
    strides = {math.prod(mask.shape[axis + 1 :]) for axis in range(mask.ndim)}
    powers = {2**k for k in range(flat.size.bit_length())}
    for lag in sorted({*range(1, LAGS), *strides, *powers, flat.size // 2}):
        pairs = flat.size // (2 * lag) if lag else 0
        if pairs:
            first, second = np.moveaxis(flat[: 2 * lag * pairs].reshape(pairs, 2, lag), 1, 0)
            both = np.logical_and(*np.moveaxis(known[: 2 * lag * pairs].reshape(pairs, 2, lag), 1, 0))
            yield _agreement(f"elements {lag} apart agree in", first[both], second[both], keep)


def _agreement(says: str, first: Array, second: Array, keep: float) -> Counts:
    return Counts(says, np.array([(first == second).sum()]), np.array([first.size]), keep**2 + (1 - keep) ** 2)


def _implausible(counts: list[Counts]) -> Iterator[str]:
    """The tests whose outcome is too far from what is to be expected.

    Chernoff: n trials come to a share as far off as a, on the same side, with probability at most exp(-n KL(a, p)).
    The UNLIKELY is divided among both sides of all tests.
    """
    tests = sum(count.trials.size for count in counts)
    for count in counts:
        share = count.successes / np.maximum(count.trials, 1)
        exponent = np.where(count.trials > 0, count.trials * _divergence(share, count.probability), 0.0)
        worst = int(np.argmax(exponent)) if exponent.size else 0
        if exponent.size and exponent[worst] > math.log(2 * tests / UNLIKELY):
            successes, trials = int(count.successes[worst]), int(count.trials[worst])
            yield f"{count.says} {successes} of {trials}, but should be about {trials * count.probability:.0f}"


def _divergence(share: Array, probability: float) -> Array:
    """The relative entropy of a share to a probability (Kullback and Leibler), in nats."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [
            np.where(a > 0, a * np.log(a / b), 0.0) for a, b in ((share, probability), (1 - share, 1 - probability))
        ]
    return parts[0] + parts[1]
