"""The loops of linear: kinds of matrix product, shared out between threads by columns or rows of the result."""

from typing import Any

import numpy as np
from numba import prange

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own
from layerproof_numba._compiled.products import (
    dots,
    inlined,
    outer,
    pack,
    pack_columns,
    pack_rows,
    steps,
    turn,
)
from layerproof_numba._compiled.vectors import REGISTER_BYTES, item_bytes

KERNELS = ("by_rows", "by_few", "by_columns")

# Values of a row that are worked through before the next rows: what a block of rows needs then stays in the cache.
PIECE = 1024
# Rows that are multiplied before the next: they stay in the cache.
TOGETHER = 64
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


@inlined
def pack_any(a: Any, packed: Any) -> None:
    """As ``pack``, in vector registers where rows or columns have no gaps."""
    rows, count = a.shape[:2]
    size = item_bytes(a)
    if a.strides[1] == size:
        pack_rows(a, 0, a.strides[0] // size, rows, count, packed)
    elif a.strides[0] == size:
        pack_columns(a, 0, a.strides[1] // size, rows, count, packed)
    else:
        pack(a, packed, 0)


@kernel(given_flat, given_flat, given_flat, own(2), INTEGER, INTEGER)
def by_few(x: Any, weight: Any, bias: Any, output: Any, inputs: int, threads: int) -> None:
    """As by_rows, for few inputs: their dot products would be too short for sums in registers."""
    N, outputs = output.shape
    lanes = REGISTER_BYTES // item_bytes(x)
    turned = np.empty(inputs * outputs, x.dtype)
    turn(weight, 0, inputs, outputs, inputs, turned, 0, outputs, lanes)
    flat = output.reshape(-1)
    for thread in prange(threads):
        packed, nothing = np.empty(TOGETHER * inputs, x.dtype), np.zeros(TOGETHER, x.dtype)
        offsets = steps(inputs, outputs)
        end = (thread + 1) * N // threads
        for first in range(thread * N // threads, end, TOGETHER):
            rows = min(TOGETHER, end - first)
            pack_rows(x, first * inputs, inputs, rows, inputs, packed)
            outer(packed, 0, turned, 0, offsets, nothing, 0, flat, first * outputs, outputs, rows, outputs)
            for n in range(first, first + rows):
                row = output[n]
                for o in range(outputs):
                    row[o] += bias[o]


@kernel(given(3), given_flat, own(2), INTEGER)
def by_columns(a: Any, b: Any, output: Any, threads: int) -> None:
    """output[r, i] = the sum over k of a[r, k, 0] * b[k, i], b without gaps."""
    rows, width = output.shape
    count = a.shape[1]
    packed = np.empty(rows * count, a.dtype)
    pack_any(a, packed)
    nothing = np.zeros(rows, a.dtype)
    offsets = steps(count, width)
    flat = output.reshape(-1)
    for thread in prange(threads):
        # whole cache lines for each thread
        first = thread * width // threads // LINE * LINE
        last = (thread + 1) * width // threads // LINE * LINE if thread < threads - 1 else width
        outer(packed, 0, b, first, offsets, nothing, 0, flat, first, width, rows, last - first)
