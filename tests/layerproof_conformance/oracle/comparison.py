"""Compare what a plugin returned with the truth, element by element, within what is allowed."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof_conformance.oracle.bounds import OVERFLOW_ROOM, TRANSFORMED, Allowed

Array = NDArray[Any]


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: the check that found it, the name of the result, and a message for a person."""

    check: str
    result: str
    message: str


@dataclass(frozen=True)
class Agreement:
    """How close one result is: its largest error in bounds, and whether these had to be the normwise ones."""

    ratio: float
    normwise: bool = False


def compare(
    check: str, name: str, value: Any, expected: Array, allowed: Allowed, dtype: str, judged: Array | None = None
) -> Finding | Agreement:
    """Compare one result with its expected value; ``judged`` masks the elements that PyTorch defines."""
    wrong_form = _form(name, value, expected, dtype)
    if wrong_form is not None:
        return Finding(*wrong_form)
    got = np.asarray(value, np.float64)
    with np.errstate(all="ignore"):
        within, ratio = _within(got, expected, allowed.error, allowed.magnitude, dtype)
        if allowed.bitwise:
            changed = got.view(np.int64) != expected.view(np.int64)
            within, ratio = within & ~changed, np.where(changed, np.inf, ratio)
        if judged is not None:
            within, ratio = within | ~judged, np.where(judged, ratio, 0.0)
        if within.all():
            return Agreement(float(np.max(ratio, initial=0.0)))
        if allowed.normwise is not None:
            wide, of_norms = _within_planes(got, expected, allowed, dtype)
            if judged is not None:
                wide, of_norms = wide | ~judged, np.where(judged, of_norms, 0.0)
            if wide.all():
                return Agreement(float(np.max(of_norms, initial=0.0)), normwise=True)
            within = wide
    worst = _worst(~within, ratio)
    return Finding(check, name, _message(name, value, expected, worst, ratio, int((~within).sum())))


def _form(name: str, value: Any, expected: Array, dtype: str) -> tuple[str, str, str] | None:
    """Structure, dtype and shape: what must be right before values can be compared."""
    if value is None:
        return "structure", name, f"{name} is None, but should be an array of shape {expected.shape}"
    if isinstance(value, np.generic):
        if expected.ndim:
            return "structure", name, f"{name} is a NumPy scalar, but should be an array of shape {expected.shape}"
    elif not isinstance(value, np.ndarray):
        return "structure", name, f"{name} is {value}, but should be a numpy.ndarray"
    if value.dtype != np.dtype(dtype):
        return "dtype", name, f"{name}.dtype={value.dtype}, but should be {dtype}"
    if value.shape != expected.shape:
        return "shape", name, f"{name}.shape={value.shape}, but should be {expected.shape}"
    return None


def _within(got: Array, expected: Array, error: Array, magnitude: Array, dtype: str) -> tuple[Array, Array]:
    """Which elements are within their bound, and each error as a multiple of it."""
    both = 1.0 + np.finfo(np.float64).eps / float(np.finfo(dtype).eps)  # the float64 truth has roundings of its own
    allowed = np.where(np.isfinite(error), error, np.inf) * both
    difference = np.abs(got - expected)
    if np.isfinite(expected).all() and (difference <= allowed).all():  # as nearly always, and nothing is left to do
        return np.ones(got.shape, bool), np.where(difference == 0, 0.0, difference / allowed)
    exact = (got == expected) | (np.isnan(got) & np.isnan(expected))
    ratio = np.where(exact, 0.0, np.where(difference == 0, 0.0, difference / allowed))
    ratio = np.where(np.isnan(ratio), np.inf, ratio)
    finite = np.isfinite(expected)
    limit = float(np.finfo(dtype).max)
    # an intermediate result may overflow where the sum of the absolute terms does
    overflows = finite & ~(magnitude * OVERFLOW_ROOM < limit) & ~np.isfinite(got)
    beyond = finite & (np.sign(got) * expected + allowed > limit) & (np.abs(got) > limit / 2)
    within = exact | (finite & np.isfinite(got) & (ratio <= 1)) | overflows | beyond
    return within, np.where(overflows | beyond, 0.0, ratio)


def _within_planes(got: Array, expected: Array, allowed: Allowed, dtype: str) -> tuple[Array, Array]:
    """As ``_within`` with the normwise bound; what is not finite in a plane may spoil all of that plane."""
    assert allowed.normwise is not None
    within, ratio = _within(got, expected, allowed.normwise, allowed.magnitude, dtype)
    limits = np.finfo(dtype)
    room = float(limits.max) * float(limits.eps) / TRANSFORMED  # such a bound belongs to planes that large
    spoilt = ~(allowed.normwise < room) & ~np.isfinite(got)
    return within | spoilt, np.where(spoilt, 0.0, ratio)


def _worst(wrong: Array, ratio: Array) -> tuple[int, ...]:
    scores = np.where(wrong, ratio, -1.0)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(scores)), scores.shape))


def _message(name: str, value: Any, expected: Array, index: tuple[int, ...], ratio: Array, count: int) -> str:
    where = f"[{', '.join(map(str, index))}]" if index else ""
    error = f"error {ratio[index]:.2g} bounds" if np.isfinite(ratio[index]) else "beyond any bound"
    among = f", {count} of {expected.size} elements" if expected.size > 1 else ""
    truth = float(expected[index])
    return f"{name}{where}={np.asarray(value)[index]!s}, but should be {truth:.9g} ({error}{among})"
