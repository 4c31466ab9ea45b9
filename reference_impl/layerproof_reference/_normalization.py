"""Rows of numbers normalised to mean square 1, centred or not, for batch_norm, layer_norm, group_norm and rms_norm.

All of it is computed in float64, so that squares of float32 numbers neither overflow nor underflow.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Normalized(NamedTuple):
    """Rows x^ = d * scale, where d is the row, or the row minus its mean if it is ``centred``."""

    rows: Array
    scale: Array
    centred: bool


def as_rows(values: Array, leading: int) -> Array:
    """One contiguous row for each index of the leading axes; NumPy sums contiguous rows pairwise, with small errors."""
    shape = values.shape
    return np.ascontiguousarray(values, np.float64).reshape(math.prod(shape[:leading]), math.prod(shape[leading:]))


def sum_of_rows(rows: Array) -> Array:
    """The sum over all rows."""
    total: Array = np.ascontiguousarray(rows.T).sum(axis=1)
    return total


def mean_of(rows: Array) -> Array:
    """The mean of each row, as a column."""
    mean: Array = rows.sum(axis=1, keepdims=True) / rows.shape[1]
    return mean


def deviations_of(rows: Array) -> Array:
    """Rows minus their means."""
    deviations = rows - mean_of(rows)
    # the rounding error of a large mean is the same in every deviation, so it is their mean, and can be subtracted
    return deviations - mean_of(deviations)


def normalize(rows: Array, eps: float, *, centred: bool) -> Normalized:
    """Divide each row by the square root of its mean square plus eps."""
    scale = 1 / np.sqrt(mean_of(np.square(rows)) + eps)
    return Normalized(rows * scale, scale, centred)


def gradient_of_rows(grad: Array, normalized: Normalized) -> Array:
    """The gradient of the rows from that of x^."""
    # x^ = d * scale with scale = (mean(d*d) + eps)**-0.5 and d = x - mean(x). A small change dd changes x^ by
    #     dd * scale + d * dscale,  dscale = -scale**3 * mean(d*dd),  which is scale * (dd - x^ * mean(x^*dd)).
    # As a matrix this is symmetric, so it takes gradients back in the same way, and so does dd = dx - mean(dx):
    #     grad_d = scale * (grad - x^ * mean(x^*grad)),  grad_x = grad_d - mean(grad_d),  where mean(x^) = 0.
    # Without a mean to subtract d is x.
    inner: Array = grad - normalized.rows * mean_of(normalized.rows * grad)
    if normalized.centred:
        inner -= mean_of(grad)
    inner *= normalized.scale
    return inner
