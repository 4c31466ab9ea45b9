"""The loops of linear: two kinds of matrix product, shared out between threads by columns of the result."""

from typing import Any

import numpy as np
from numba import prange

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own
from layerproof_numba._compiled.products import dots, outer, pack, steps

KERNELS = ("by_rows", "by_columns")

# Values of a row that are worked through before the next rows: what a block of rows needs then stays in the cache.
PIECE = 1024
# Values that threads do not share between them.
LINE = 16


@kernel(given_flat, given_flat, given_flat, own(2), INTEGER, INTEGER)
def by_rows(x: Any, weight: Any, bias: Any, output: Any, inputs: int, threads: int) -> None:
    """output[n, o] = bias[o] + row n of x times row o of weight."""
    N, outputs = output.shape
    flat = output.reshape(-1)
    for thread in prange(threads):
        first, last = thread * outputs // threads, (thread + 1) * outputs // threads
        offsets = steps(last - first, inputs)
        for n in range(N):
            for o in range(first, last):
                output[n, o] = bias[o]
        for begin in range(0, inputs, PIECE):
            length = min(PIECE, inputs - begin)
            dots(x, begin, inputs, weight, first * inputs + begin, offsets, N, length, (1, 0, 0), flat, first, outputs)


@kernel(given(3), given_flat, own(2), INTEGER)
def by_columns(a: Any, b: Any, output: Any, threads: int) -> None:
    """output[r, i] = the sum over k of a[r, k, 0] * b[k, i], b without gaps."""
    rows, width = output.shape
    count = a.shape[1]
    packed = np.empty(rows * count, a.dtype)
    pack(a, packed, 0)
    nothing = np.zeros(rows, a.dtype)
    offsets = steps(count, width)
    flat = output.reshape(-1)
    for thread in prange(threads):
        # whole cache lines for each thread
        first = thread * width // threads // LINE * LINE
        last = (thread + 1) * width // threads // LINE * LINE if thread < threads - 1 else width
        outer(packed, 0, b, first, offsets, nothing, 0, flat, first, width, rows, last - first)
