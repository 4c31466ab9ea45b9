"""Samplers: from a seeded generator, which covers more ground, and from Hypothesis, which can make a case smaller."""

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from layerproof_conformance.types.sampler import CaseSampler
from layerproof_conformance.types.value_profiles import FLOAT_PROFILES

T = TypeVar("T")


class RandomSampler(CaseSampler):
    """Choices from a seeded generator."""

    def __init__(self, seed: Any) -> None:
        self._random = random.Random(repr(seed))
        super().__init__()

    def one_of(self, options: Sequence[T]) -> T:
        """One of a few options, each as likely."""
        return self._random.choice(options)

    def integer(self, low: int, high: int) -> int:
        """An integer, each as likely."""
        return self._random.randint(low, high)


class HypothesisSampler(CaseSampler):
    """Choices from Hypothesis, which can make a failing case smaller.

    All are made of single bits: where Hypothesis draws a number, it also tries those that stand in the source of
    whatever module happens to be imported, and a seed has to give the same cases in every process.
    """

    def __init__(self, draw: Callable[[Any], Any], themes: Sequence[str] = FLOAT_PROFILES) -> None:
        from hypothesis.strategies import booleans  # not above: who reads a run needs none of it

        self._draw, self._bits = draw, booleans()
        super().__init__(themes)

    def one_of(self, options: Sequence[T]) -> T:
        """One of a few options, towards the first when shrinking."""
        return options[self._below(len(options))]

    def integer(self, low: int, high: int) -> int:
        """An integer, towards ``low`` when shrinking."""
        return low + self._below(high - low + 1)

    def _below(self, count: int) -> int:
        """A number from 0 to ``count`` - 1; where that is no power of two, the first ones are somewhat more likely."""
        number = 0
        for _ in range((count - 1).bit_length()):
            number = 2 * number + self._draw(self._bits)
        return number % count
