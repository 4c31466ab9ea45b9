"""Value profiles: the kinds of numbers that tell right layers from wrong ones, each filling an array of any shape.

A profile is named in a recipe, with parameters after underscores (``classes_10`` draws from ten classes).
"""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.cases.digits import fill_with_digits
from layerproof_conformance.types.case import CaseError, Recipe

Array = NDArray[Any]
Shape = tuple[int, ...]
Generator = np.random.Generator


def generator(seed: int, purpose: str) -> Generator:
    """A generator for one array of a case; the values of the other arrays do not depend on it."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def make(recipe: Recipe, dtype: str, rng: Generator) -> Array:
    """The values of a recipe; floats have the dtype of the case, classes and indices are int64, masks bool."""
    profile, *parameters = recipe.values.split("_")
    if profile in _INTEGERS:
        return _INTEGERS[profile](rng, recipe.shape, *map(int, parameters))
    if profile == "mask":
        return rng.random(recipe.shape) < 0.7
    if profile not in _FLOATS:
        raise CaseError(f"{recipe.values!r} is no value profile; the profiles are {', '.join(sorted(_FLOATS))}")
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(_FLOATS[profile](rng, recipe.shape, _Range(np.finfo(dtype)))).astype(dtype)


class _Range:
    """Magnitudes in proportion to what a dtype can hold."""

    def __init__(self, limits: Any) -> None:
        decades = np.log10(float(limits.max))
        self.large = 10.0 ** (0.45 * decades)  # products still fit, sums of products come near the end
        # sums overflow; not in float64, where the truth itself would
        self.huge = 10.0 ** (0.98 * decades) if decades < 100 else self.large
        self.small = 10.0 ** (-0.5 * decades)  # products become subnormal
        self.subnormal = float(limits.smallest_normal) / 50
        self.spread = 0.15 * decades


def _normal(rng: Generator, shape: Shape, _: _Range) -> Array:
    return rng.standard_normal(shape)


def _positive(rng: Generator, shape: Shape, _: _Range) -> Array:
    return rng.uniform(0.5, 1.5, shape)


def _negative(rng: Generator, shape: Shape, _: _Range) -> Array:
    return -rng.uniform(0.5, 1.5, shape)


def _sparse(rng: Generator, shape: Shape, _: _Range) -> Array:
    return np.maximum(rng.standard_normal(shape) - 0.5, 0)


def _ties(rng: Generator, shape: Shape, _: _Range) -> Array:
    return rng.integers(-2, 3, shape).astype(float)


def _constant(rng: Generator, shape: Shape, _: _Range) -> Array:
    return np.full(shape, rng.uniform(0.3, 3) * rng.choice([-1, 1]))


def _ones(rng: Generator, shape: Shape, _: _Range) -> Array:
    return np.ones(shape)


def _large(rng: Generator, shape: Shape, limits: _Range) -> Array:
    return np.asarray(rng.standard_normal(shape) * limits.large)


def _huge(rng: Generator, shape: Shape, limits: _Range) -> Array:
    return np.asarray(np.clip(rng.standard_normal(shape), -2, 2) * limits.huge)


def _tiny(rng: Generator, shape: Shape, limits: _Range) -> Array:
    return np.asarray(rng.standard_normal(shape) * limits.small)


def _subnormal(rng: Generator, shape: Shape, limits: _Range) -> Array:
    return np.asarray(rng.standard_normal(shape) * limits.subnormal)


def _graded(rng: Generator, shape: Shape, limits: _Range) -> Array:
    return rng.standard_normal(shape) * 10.0 ** rng.uniform(-limits.spread, limits.spread, shape)


def _rows(rng: Generator, shape: Shape, limits: _Range) -> Array:
    """Each entry along the first axis has a magnitude of its own, so that neighbours in a batch differ by far."""
    scale = 10.0 ** rng.uniform(-limits.spread, limits.spread, shape[:1])
    return rng.standard_normal(shape) * scale.reshape(shape[:1] + (1,) * (len(shape) - 1))


def _shifted(rng: Generator, shape: Shape, _: _Range) -> Array:
    """A large mean and a small spread: what one-pass variances and unshifted exponentials do not survive."""
    return 300.0 + rng.standard_normal(shape)


def _variances(rng: Generator, shape: Shape, _: _Range) -> Array:
    """From small to large, and some 0, as of channels that were never active."""
    return np.where(rng.random(shape) < 0.1, 0.0, 10.0 ** rng.uniform(-4, 4, shape))


def _probabilities(rng: Generator, shape: Shape, _: _Range) -> Array:
    """What a classifier is to answer: mostly 0 or 1, and some values between them."""
    return np.clip(rng.uniform(-1, 2, shape), 0, 1)


def _wide(rng: Generator, shape: Shape, _: _Range) -> Array:
    """From where exponentials are tame to where they saturate."""
    return rng.uniform(-30, 30, shape)


def _special(rng: Generator, shape: Shape, _: _Range) -> Array:
    values = rng.standard_normal(shape)
    odd = rng.choice([np.nan, -np.nan, np.inf, -np.inf, -0.0, 0.0], shape)  # NaN has a sign, which must not matter
    return np.where(rng.random(shape) < 0.12, odd, values)


def _added(rng: Generator, shape: Shape, _: _Range) -> Array:
    """What is added to the scores of an attention: a quarter of it forbids."""
    return np.where(rng.random(shape) < 0.25, -np.inf, rng.standard_normal(shape) * 2)


def _zeros(rng: Generator, shape: Shape, _: _Range) -> Array:
    return np.where(rng.random(shape) < 0.5, 0.0, -0.0)


def _mnist(rng: Generator, shape: Shape, _: _Range) -> Array:
    return fill_with_digits(rng, shape)


def _classes(rng: Generator, shape: Shape, classes: int, ignored: int | None = None) -> Array:
    """Class numbers, repeated and uneven; with a second parameter, a third of them is that number instead."""
    values = rng.integers(0, classes, shape)
    if ignored is not None:
        values = np.where(rng.random(shape) < 1 / 3, ignored, values)
    return values.astype(np.int64)


_FLOATS: dict[str, Callable[[Generator, Shape, _Range], Array]] = {
    "normal": _normal,
    "positive": _positive,
    "negative": _negative,
    "sparse": _sparse,
    "ties": _ties,
    "constant": _constant,
    "ones": _ones,
    "large": _large,
    "huge": _huge,
    "tiny": _tiny,
    "subnormal": _subnormal,
    "graded": _graded,
    "rows": _rows,
    "shifted": _shifted,
    "variances": _variances,
    "probabilities": _probabilities,
    "wide": _wide,
    "special": _special,
    "added": _added,
    "zeros": _zeros,
    "mnist": _mnist,
}
_INTEGERS: dict[str, Callable[..., Array]] = {"classes": _classes}
