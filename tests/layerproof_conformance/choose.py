"""Choices that make up a spelled-out case, from a random generator (combinations) or from Hypothesis (generated)."""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from layerproof_conformance.case import Recipe
from layerproof_conformance.layouts import LAYOUTS, Layout
from layerproof_conformance.values import FLOAT_PROFILES

T = TypeVar("T")
# around the widths of vector registers and blocks, where hand-written kernels have their remainders
LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130)


class Choose(ABC):
    """Makes one choice after another; in every choice the simplest option stands first, where shrinking ends."""

    def __init__(self, themes: Sequence[str] = FLOAT_PROFILES) -> None:
        self.theme = self.one_of(themes)
        self._used: set[str] = set()

    @abstractmethod
    def one_of(self, options: Sequence[T]) -> T:
        """One of a few options."""

    @abstractmethod
    def integer(self, low: int, high: int) -> int:
        """An integer from ``low`` to ``high``, both included."""

    def length(self, low: int, high: int) -> int:
        """A size, preferably one where kernels have their remainders."""
        return self.one_of([length for length in LENGTHS if low <= length <= high] or [low])

    def batch(self, high: int = 5) -> int:
        """A number of samples, sometimes none."""
        return self.one_of([size for size in (1, 2, 3, 0, 5, 8, 9) if size <= high])

    def any_shape(self, high: int = 2000) -> tuple[int, ...]:
        """A shape of any rank with at most about ``high`` elements."""
        shape: list[int] = []
        for _ in range(self.one_of((2, 1, 3, 4, 0, 5))):
            room = high
            for length in shape:
                room //= max(length, 1)
            shape.append(self.one_of((1, 2, 3, 5, 0, 7, 8, 9, 16, 17, 33)) if room >= 33 else 1)
        return tuple(shape)

    def values(self, profiles: Sequence[str] = FLOAT_PROFILES) -> str:
        """A value profile: mostly the theme of the case, so that large meets large and positive meets positive."""
        own = self.one_of((False, False, True))
        values = self.one_of(profiles) if own or self.theme not in profiles else self.theme
        # where sums overflow by themselves, inf - inf depends on the order in which infinities of the input are added
        if {values, *self._used} >= {"huge", "special"}:
            values = "normal"
        self._used.add(values)
        return values

    def layout(self) -> Layout:
        """A layout in memory."""
        return self.one_of(LAYOUTS)

    def recipe(self, shape: Sequence[int], values: str | None = None) -> Recipe:
        """An array of this shape, its values by the theme unless given."""
        return Recipe(tuple(shape), values or self.values(), self.layout())


class Rolled(Choose):
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


class Drawn(Choose):
    """Choices from Hypothesis, which can make a failing case smaller."""

    def __init__(self, draw: Callable[[Any], Any], themes: Sequence[str] = FLOAT_PROFILES) -> None:
        from hypothesis.strategies import integers  # not above: who reads a run needs none of it

        self._draw, self._integers = draw, integers
        super().__init__(themes)

    def one_of(self, options: Sequence[T]) -> T:
        """One of a few options, towards the first when shrinking."""
        chosen: T = options[self._draw(self._integers(0, len(options) - 1))]
        return chosen

    def integer(self, low: int, high: int) -> int:
        """An integer, towards ``low`` when shrinking."""
        chosen: int = self._draw(self._integers(low, high))
        return chosen
