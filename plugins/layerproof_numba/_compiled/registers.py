"""The micro-kernels of products: short loops whose sums stay in vector registers.

Why not plain loops: LLVM vectorises a sum only where it may reorder it, and does not keep a block of sums in
registers. Measured for the convolution 32 -> 64 (3x3) on one core with AVX-512: 6 GFLOP/s for loops that index with a
signed offset, 46 for loops over slices, 92 for columns and OpenBLAS, 209 for ``outer`` below.

    outer    a block of rows and columns of a matrix product: one value of a times a register of b
    dots     dot products of a few rows with a few others, register by register
    gather, spread    the same for a list of values that are not 0, and where they are
"""

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from layerproof_numba._compiled.vectors import MANY_REGISTERS, Emitter

# Blocks of sums, as many as leave registers for what is multiplied: 24 of 32, or 12 of 16. A larger block needs fewer
# loads for each product: 8 x 3 reads 11 values for 24 products, where 1 x 1 reads 48.
ROWS = 8 if MANY_REGISTERS else 4
VECTORS = 3
DOTS_ROWS = 4
DOTS_COLUMNS = 6 if MANY_REGISTERS else 3
# Sums that stay in registers for a list of values that are not 0: two registers of channels for each of 3 x 3 taps.
PICKED = 18 if MANY_REGISTERS else 9


def _outer(rows: int, vectors: int) -> Any:
    @intrinsic
    def tile(typingctx, a, a_start, b, b_start, offsets, count, start, output, output_start, output_stride, lanes):
        def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            of = Emitter(context, builder, a.dtype)
            a_data, b_data, start_data, output_data = (
                of.data(kind, value)
                for kind, value in (
                    (a, given[0]),
                    (b, given[2]),
                    (start[0], _item(builder, given[6], 0)),
                    (output, given[7]),
                )
            )
            first_row = _item(builder, given[6], 1)
            offsets_data = of.data(offsets, given[4])
            mask = of.first(given[10]) if vectors == 1 else None
            sums = [[cgutils.alloca_once(builder, of.vector) for _ in range(vectors)] for _ in range(rows)]
            for row in range(rows):
                at = of.at(start_data, builder.add(first_row, of.constant(row)))
                initial = of.spread(builder.load(at))
                for vector in range(vectors):
                    builder.store(initial, sums[row][vector])
            with cgutils.for_range(builder, given[5]) as loop:
                offset = builder.load(of.at(offsets_data, loop.index))
                position = builder.add(given[3], offset)
                seen = [
                    of.load(b_data, builder.add(position, of.constant(vector * of.lanes)), mask)
                    for vector in range(vectors)
                ]
                factors = builder.add(given[1], builder.mul(loop.index, of.constant(rows)))
                for row in range(rows):
                    factor = of.spread(builder.load(of.at(a_data, builder.add(factors, of.constant(row)))))
                    for vector in range(vectors):
                        old = builder.load(sums[row][vector])
                        builder.store(of.multiply_add(factor, seen[vector], old), sums[row][vector])
            for row in range(rows):
                line = builder.add(given[8], builder.mul(given[9], of.constant(row)))
                for vector in range(vectors):
                    where = builder.add(line, of.constant(vector * of.lanes))
                    of.store(builder.load(sums[row][vector]), output_data, where, mask)
            return context.get_dummy_value()

        word = types.intp
        parameters = (a, word, b, word, offsets, word, start, output, word, word, word)
        return types.void(*parameters), emit

    return tile


def _item(builder: Any, pair: Any, number: int) -> Any:
    return builder.extract_value(pair, number)


def _dots(rows: int, columns: int) -> Any:
    @intrinsic
    def tile(
        typingctx,
        a,
        a_start,
        a_stride,
        b,
        b_start,
        offsets,
        first,
        length,
        repeats,
        output,
        output_start,
        output_stride,
    ):
        def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            of = Emitter(context, builder, a.dtype)
            a_data, b_data, output_data = (
                of.data(kind, value) for kind, value in ((a, given[0]), (b, given[3]), (output, given[9]))
            )
            offsets_data = of.data(offsets, given[5])
            sums = [[cgutils.alloca_once(builder, of.vector) for _ in range(columns)] for _ in range(rows)]
            for row in range(rows):
                for column in range(columns):
                    builder.store(of.zeros(), sums[row][column])
            places = [
                builder.load(of.at(offsets_data, builder.add(given[6], of.constant(column))))
                for column in range(columns)
            ]
            count, a_repeat, b_repeat = (_item(builder, given[8], number) for number in range(3))
            with cgutils.for_range(builder, count) as loop:
                a_first = builder.add(given[1], builder.mul(loop.index, a_repeat))
                b_first = builder.add(given[4], builder.mul(loop.index, b_repeat))
                a_rows = [builder.add(a_first, builder.mul(given[2], of.constant(row))) for row in range(rows)]
                b_rows = [builder.add(b_first, place) for place in places]

                def body(index: Any, rest: Any) -> None:
                    mask = of.first(rest)
                    left = [of.load(a_data, builder.add(row, index), mask) for row in a_rows]
                    for column in range(columns):
                        right = of.load(b_data, builder.add(b_rows[column], index), mask)
                        for row in range(rows):
                            old = builder.load(sums[row][column])
                            builder.store(of.multiply_add(left[row], right, old), sums[row][column])

                of.along(given[7], body)
            for row in range(rows):
                line = builder.add(given[10], builder.mul(given[11], of.constant(row)))
                for column in range(columns):
                    where = of.at(output_data, builder.add(line, of.constant(column)))
                    added = builder.fadd(builder.load(where), of.total(builder.load(sums[row][column])))
                    builder.store(added, where)
            return context.get_dummy_value()

        word = types.intp
        parameters = (a, word, word, b, word, offsets, word, word, repeats, output, word, word)
        return types.void(*parameters), emit

    return tile


def _picked(columns: int, spread: bool) -> Any:
    """For a list of places and values: sum value * seen[place + offset], or with ``spread`` add value * sums there.

    The sums, or the factors, of ``columns`` registers stay where they are for the whole list.
    """

    @intrinsic
    def tile(typingctx, places, values, begin, end, seen, offsets, first, sums, sums_start):
        def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            of = Emitter(context, builder, values.dtype)
            places_data, values_data = (of.data(places, given[0]), of.data(values, given[1]))
            seen_data, offsets_data = (of.data(seen, given[4]), of.data(offsets, given[5]))
            sums_data = of.data(sums, given[7])
            starts = [builder.add(given[8], of.constant(column * of.lanes)) for column in range(columns)]
            kept = [cgutils.alloca_once(builder, of.vector) for _ in range(columns)]
            for start, register in zip(starts, kept, strict=True):
                builder.store(of.load(sums_data, start), register)
            shifts = [
                builder.load(of.at(offsets_data, builder.add(given[6], of.constant(column))))
                for column in range(columns)
            ]
            one = of.constant(1)
            with cgutils.for_range_slice(builder, given[2], given[3], one) as (index, _):
                place = builder.load(of.at(places_data, index))
                value = of.spread(builder.load(of.at(values_data, index)))
                for shift, register in zip(shifts, kept, strict=True):
                    at = builder.add(place, shift)
                    there, own = of.load(seen_data, at), builder.load(register)
                    if spread:
                        of.store(of.multiply_add(value, own, there), seen_data, at)
                    else:
                        builder.store(of.multiply_add(value, there, own), register)
            if not spread:
                for start, register in zip(starts, kept, strict=True):
                    of.store(builder.load(register), sums_data, start)
            return context.get_dummy_value()

        word = types.intp
        return types.void(places, values, word, word, seen, offsets, word, sums, word), emit

    return tile


gather_block, gather_3, gather_1 = (_picked(PICKED, False), _picked(3, False), _picked(1, False))
spread_block, spread_3, spread_1 = (_picked(PICKED, True), _picked(3, True), _picked(1, True))
outer_block, outer_column = _outer(ROWS, VECTORS), _outer(ROWS, 1)
outer_4, outer_4_column = _outer(4, VECTORS), _outer(4, 1)
outer_2, outer_2_column = _outer(2, VECTORS), _outer(2, 1)
outer_1, outer_1_column = _outer(1, VECTORS), _outer(1, 1)
dots_block, dots_3, dots_1 = (_dots(DOTS_ROWS, DOTS_COLUMNS), _dots(DOTS_ROWS, 3), _dots(DOTS_ROWS, 1))
dots_row_block, dots_row_3, dots_row_1 = (_dots(1, DOTS_COLUMNS), _dots(1, 3), _dots(1, 1))
