"""The choices that make up a case with its arrays and attributes spelled out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from layerproof_conformance.types.case import Recipe
from layerproof_conformance.types.layout import LAYOUTS, Layout
from layerproof_conformance.types.value_profiles import FLOAT_PROFILES

T = TypeVar("T")
# around the widths of vector registers and blocks, where hand-written kernels have their remainders
LENGTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130)


class CaseSampler(ABC):
    """Makes choices; the simplest option of each choice is the first, and shrinking moves towards it."""

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
        """A size around which vector registers and blocks leave a remainder."""
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
        ignores_theme = self.one_of((False, False, True))
        values = self.one_of(profiles) if ignores_theme or self.theme not in profiles else self.theme
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
