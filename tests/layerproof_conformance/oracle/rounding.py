"""What one rounding costs in a dtype, and what a sum of many terms may cost."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

EQUAL_TERMS = 4096
"""So many equal terms may be added one after the other; longer sums need pairs, blocks or a wider dtype to be right."""


def unit_roundoff(dtype: Any) -> float:
    """The largest relative error of one rounding in a dtype."""
    return float(np.finfo(dtype).eps) / 2


def smallest_subnormal(dtype: Any) -> float:
    """The smallest number above 0 in a dtype: what an underflow may cost."""
    return float(np.finfo(dtype).smallest_subnormal)


def summation(terms: Array | float) -> Any:
    """How many units roundoff of the sum of absolute terms a sum of products may err (Higham; Higham and Mary 2019).

    k + 2 roundings in the worst case; 4 + 4 sqrt(k) for many that are independent, in any order. Equal terms, added one
    after the other, are not: each rounding of the same binade is the same one. The upper half of the partial sums, k/2
    additions, then errs by up to k/4, each binade below by a quarter of that, together k/3.
    One term alone without a product is exact, and gets its two roundings all the same.
    """
    k = np.maximum(terms, 0.0)
    return np.minimum(k + 2, np.maximum(4 + 4 * np.sqrt(k), 4 + np.minimum(k, EQUAL_TERMS) / 3))
