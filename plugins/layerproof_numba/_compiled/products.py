"""Matrix products put together from the micro-kernels, by one thread.

The second factor is not a matrix but rows that begin at any places of an array, given by a table of offsets. A
convolution is then a matrix product without columns being copied: the row of tap (c, p, q) begins in channel c of the
image, shifted by p rows and q pixels (2 to 5 times faster than columns and BLAS with 1 to 8 channels).
"""

from typing import Any

import numba
import numpy as np

from layerproof_numba._compiled.registers import (
    DOTS_COLUMNS,
    DOTS_ROWS,
    ROWS,
    VECTORS,
    dots_1,
    dots_3,
    dots_block,
    dots_row_1,
    dots_row_3,
    dots_row_block,
    outer_1,
    outer_1_column,
    outer_2,
    outer_2_column,
    outer_4,
    outer_4_column,
    outer_block,
    outer_column,
)  # fmt: skip
from layerproof_numba._compiled.rows import copy_row, transpose_block
from layerproof_numba._compiled.vectors import REGISTER_BYTES, item_bytes

inlined = numba.njit(nogil=True, error_model="numpy")


@inlined
def height(left: int) -> int:
    """The rows of the next block, when so many are left."""
    if left >= ROWS:
        return ROWS
    return 4 if left >= 4 else 2 if left >= 2 else 1


@inlined
def steps(count: int, step: int) -> Any:
    """The offsets 0, step, 2 * step and so on."""
    offsets = np.empty(count, np.intp)
    for k in range(count):
        offsets[k] = k * step
    return offsets


@inlined
def pack(matrix: Any, packed: Any, at: int) -> None:
    """Write a matrix (rows, m, k) into ``packed`` as ``outer`` reads it: blocks of rows, each by columns."""
    rows, outer, inner = matrix.shape
    row = 0
    while row < rows:
        block = height(rows - row)
        for m in range(outer):
            for k in range(inner):
                for r in range(block):
                    packed[at + r] = matrix[row + r, m, k]
                at += block
        row += block


@inlined
def pack_rows(x: Any, start: int, stride: int, rows: int, count: int, packed: Any) -> None:
    """As ``pack``, a matrix (rows, count) that lies in x; its rows have no gaps."""
    lanes = REGISTER_BYTES // item_bytes(x)
    row = 0
    while row < rows:
        block = height(rows - row)
        for r in range(0, block, lanes):
            for k in range(0, count, lanes):
                transpose_block(
                    x, start + (row + r) * stride + k, stride, min(lanes, block - r), min(lanes, count - k),
                    packed, row * count + k * block + r, block,
                )  # fmt: skip
        row += block


@inlined
def pack_columns(x: Any, start: int, stride: int, rows: int, count: int, packed: Any) -> None:
    """As ``pack``, a matrix (rows, count) that lies in x with its axes exchanged."""
    row = 0
    while row < rows:
        block = height(rows - row)
        for k in range(count):
            copy_row(x, start + k * stride + row, packed, row * count + k * block, block)
        row += block


@inlined
def turn(
    x: Any,
    x_start: int,
    x_stride: int,
    rows: int,
    columns: int,
    output: Any,
    output_start: int,
    stride: int,
    lanes: int,
) -> None:
    """output[column, row] = x[row, column]."""
    for row in range(0, rows, lanes):
        for column in range(0, columns, lanes):
            transpose_block(
                x, x_start + row * x_stride + column, x_stride, min(lanes, rows - row), min(lanes, columns - column),
                output, output_start + column * stride + row, stride,
            )  # fmt: skip


@inlined
def outer(
    packed: Any, a: int, b: Any, b_start: int, offsets: Any, start: Any, first: int, output: Any, at: int, stride: int,
    rows: int, width: int,
) -> None:  # fmt: skip
    """output[at + r*stride + i] = start[first + r] + the sum over k of packed[k, r] * b[b_start + offsets[k] + i]."""
    count = len(offsets)
    lanes = REGISTER_BYTES // item_bytes(output)
    i = 0
    while i < width:
        wide = i + VECTORS * lanes <= width
        row = 0
        while row < rows:
            block = height(rows - row)
            where, line, begin = (a + row * count, at + row * stride + i, (start, first + row))
            if wide:
                if block == ROWS:
                    outer_block(packed, where, b, b_start + i, offsets, count, begin, output, line, stride, lanes)
                elif block == 4:
                    outer_4(packed, where, b, b_start + i, offsets, count, begin, output, line, stride, lanes)
                elif block == 2:
                    outer_2(packed, where, b, b_start + i, offsets, count, begin, output, line, stride, lanes)
                else:
                    outer_1(packed, where, b, b_start + i, offsets, count, begin, output, line, stride, lanes)
            elif block == ROWS:
                outer_column(packed, where, b, b_start + i, offsets, count, begin, output, line, stride, width - i)
            elif block == 4:
                outer_4_column(packed, where, b, b_start + i, offsets, count, begin, output, line, stride, width - i)
            elif block == 2:
                outer_2_column(packed, where, b, b_start + i, offsets, count, begin, output, line, stride, width - i)
            else:
                outer_1_column(packed, where, b, b_start + i, offsets, count, begin, output, line, stride, width - i)
            row += block
        i += VECTORS * lanes if wide else lanes


@inlined
def dots(
    a: Any, a_start: int, a_stride: int, b: Any, b_start: int, offsets: Any, rows: int, length: int, repeats: Any,
    output: Any, at: int, stride: int,
) -> None:  # fmt: skip
    """Add to output[at + r*stride + k] the dot product of row r of a with the row of b that begins at offsets[k].

    ``repeats`` is (how many times to go on with the next a and b, how far that is in a, and in b).
    """
    count = len(offsets)
    row = 0
    while row < rows:
        four = row + DOTS_ROWS <= rows
        left, line = a_start + row * a_stride, at + row * stride
        k = 0
        while k < count:
            if k + DOTS_COLUMNS <= count:
                if four:
                    dots_block(a, left, a_stride, b, b_start, offsets, k, length, repeats, output, line + k, stride)
                else:
                    dots_row_block(a, left, a_stride, b, b_start, offsets, k, length, repeats, output, line + k, stride)
                k += DOTS_COLUMNS
            elif k + 3 <= count:
                if four:
                    dots_3(a, left, a_stride, b, b_start, offsets, k, length, repeats, output, line + k, stride)
                else:
                    dots_row_3(a, left, a_stride, b, b_start, offsets, k, length, repeats, output, line + k, stride)
                k += 3
            else:
                if four:
                    dots_1(a, left, a_stride, b, b_start, offsets, k, length, repeats, output, line + k, stride)
                else:
                    dots_row_1(a, left, a_stride, b, b_start, offsets, k, length, repeats, output, line + k, stride)
                k += 1
        row += DOTS_ROWS if four else 1


@inlined
def line_start(array: Any, n: int, c: int, i: int) -> int:
    """Where row i of channel c of image n begins, in elements from the first of the array."""
    return (n * array.strides[0] + c * array.strides[1] + i * array.strides[2]) // item_bytes(array)


@inlined
def put_image(images: Any, n: int, buffer: Any, at: int, plane: int, row: int) -> None:
    """Copy image n (C, H, W), of any strides, into a buffer: channels ``plane`` apart, rows ``row`` apart."""
    _, C, H, W = images.shape
    for c in range(C):
        for i in range(H):
            to = at + c * plane + i * row
            if images.strides[3] == item_bytes(images):
                copy_row(images, line_start(images, n, c, i), buffer, to, W)
            else:
                for j in range(W):
                    buffer[to + j] = images[n, c, i, j]


@inlined
def is_finite(values: Any) -> bool:
    """Whether an array of one axis holds neither NaN nor an infinity."""
    found = 0
    for value in values:
        # a sum of whole numbers, unlike a search that stops, is done a register at a time
        found += not abs(value) < np.inf
    return found == 0
