"""The standard normal distribution to the accuracy of the dtype, also in the left tail, which 1 + erf would lose.

The error function follows the rational approximations of W. J. Cody, Rational Chebyshev Approximations for the Error
Function, Mathematics of Computation 23 (1969), 631-637: erf near 0, erfc beyond, each for its own range of x / sqrt(2).
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Coefficients = tuple[tuple[float, float], ...]

# Each row has a coefficient of the numerator and one of the denominator, from the highest power down.
# erf(t) / t in t**2, up to t = 0.46875:
NEAR: Coefficients = (
    (1.85777706184603153e-1, 1.0),
    (3.16112374387056560e0, 2.36012909523441209e1),
    (1.13864154151050156e2, 2.44024637934444173e2),
    (3.77485237685302021e2, 1.28261652607737228e3),
    (3.20937758913846947e3, 2.84423683343917062e3),
)
# exp(t**2) * erfc(t) in t, up to t = 4:
MIDDLE: Coefficients = (
    (2.15311535474403846e-8, 1.0),
    (5.64188496988670089e-1, 1.57449261107098347e1),
    (8.88314979438837594e0, 1.17693950891312499e2),
    (6.61191906371416295e1, 5.37181101862009858e2),
    (2.98635138197400131e2, 1.62138957456669019e3),
    (8.81952221241769090e2, 3.29079923573345963e3),
    (1.71204761263407058e3, 4.36261909014324716e3),
    (2.05107837782607147e3, 3.43936767414372164e3),
    (1.23033935479799725e3, 1.23033935480374942e3),
)
# (1 / sqrt(pi) - t * exp(t**2) * erfc(t)) * t**2 in 1 / t**2, beyond:
FAR: Coefficients = (
    (1.63153871373020978e-2, 1.0),
    (3.05326634961232344e-1, 2.56852019228982242e0),
    (3.60344899949804439e-1, 1.87295284992346725e0),
    (1.25781726111229246e-1, 5.27905102951428412e-1),
    (1.60837851487422766e-2, 6.05183413124413191e-2),
    (6.58749161529837803e-4, 2.33520497626869185e-3),
)


def normal_distribution(x: Array) -> Array:
    """The probability of a number below x."""
    # beyond 40 the tail is 0 in both dtypes, and the difference of two infinities would be NaN
    distance = np.minimum(np.abs(np.atleast_1d(x)), 40)
    t = distance / math.sqrt(2)
    near, middle, far = t <= 0.46875, (t > 0.46875) & (t <= 4), t > 4
    inverse = t[far] ** -2
    tail = np.full_like(distance, np.nan)
    tail[near] = 0.5 - 0.5 * t[near] * _ratio(NEAR, t[near] ** 2)
    tail[middle] = 0.5 * _bell(distance[middle]) * _ratio(MIDDLE, t[middle])
    tail[far] = 0.5 * _bell(distance[far]) * (1 / math.sqrt(math.pi) - inverse * _ratio(FAR, inverse)) / t[far]
    share: Array = np.where(x < 0, tail.reshape(x.shape), 1 - tail.reshape(x.shape))
    return share


def normal_density(x: Array) -> Array:
    """exp(-x*x/2) / sqrt(2*pi)."""
    density: Array = _bell(np.minimum(np.abs(x), 40)) / math.sqrt(2 * math.pi)
    return density


def _bell(x: Array) -> Array:
    # x*x rounded would cost x*x units of the result. x to a sixteenth has an exact square, and the rest is small.
    coarse = np.trunc(16 * x) / 16
    bell: Array = np.exp(-0.5 * coarse * coarse) * np.exp(-0.5 * (x - coarse) * (x + coarse))
    return bell


def _ratio(coefficients: Coefficients, t: Array) -> Array:
    numerator = denominator = np.zeros_like(t)
    for above, below in coefficients:
        numerator, denominator = numerator * t + above, denominator * t + below
    return numerator / denominator
