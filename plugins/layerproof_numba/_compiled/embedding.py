"""The loop of embedding's backward: sums over all places of a row, which may be millions."""

from typing import Any

import numpy as np
from numba import prange, types

from layerproof_numba._compiled.kernel import INTEGER, given_flat, kernel, own

KERNELS = ("backward",)

INDICES = types.Array(types.int64, 1, "C", readonly=True)


@kernel(given_flat, INDICES, own(2), INTEGER)
def backward(grad_output: Any, indices: Any, grad_weight: Any, threads: int) -> None:
    """Add up in float64, what is lost by it too (Neumaier's summation); grad_weight begins with zeros.

    Only the rows that are named get sums: a large table is not gone through. Threads share columns out, so that each
    row is added up by one of them.
    """
    rows, width = grad_weight.shape
    sum_of_row = np.full(rows, -1, np.intp)
    named = np.empty(min(rows, len(indices)), np.intp)
    found = 0
    for row in indices:
        if sum_of_row[row] < 0:
            sum_of_row[row] = found
            named[found] = row
            found += 1
    sums, lost = np.zeros((found, width)), np.zeros((found, width))
    for thread in prange(threads):
        first, last = thread * width // threads, (thread + 1) * width // threads
        for place in range(len(indices)):
            number = sum_of_row[indices[place]]
            given = grad_output[place * width + first : place * width + last]
            total, below = sums[number, first:last], lost[number, first:last]
            for i in range(last - first):
                before, value = total[i], np.float64(given[i])
                after = before + value
                share = after - before
                below[i] += (before - (after - share)) + (value - share)
                total[i] = after
        for number in range(found):
            for i in range(first, last):
                total = sums[number, i]
                # what is lost beside an infinity is a NaN
                grad_weight[named[number], i] = total + lost[number, i] if abs(total) < np.inf else total
