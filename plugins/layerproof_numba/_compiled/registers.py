"""The micro-kernels: short loops whose sums stay in vector registers, written down in LLVM's vector types.

Why not plain loops: LLVM vectorises a sum only where it may reorder it, and does not keep a block of sums in
registers. Measured for the convolution 32 -> 64 (3x3) on one core with AVX-512: 29 GFLOP/s for loops that index with a
signed offset, 83 for loops over slices, 130 for columns and OpenBLAS, 167 for ``outer`` below.

LLVM translates a vector type for every processor: the width below only says what fits one register, so that the same
code runs with AVX-512, AVX2, SSE2 and NEON. Nothing here reads or writes outside of the rows it is given: the rest of a
row that fills no register is loaded and stored under a mask.

No fast-math: NaN and infinities go through as in the formula. Only the last addition of the lanes of a register with
each other is in an order of LLVM's choice.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.extending import intrinsic

_FEATURES = set(cpu_target.target_context.codegen().magic_tuple()[2].split(","))
_MANY_REGISTERS = "+avx512vl" in _FEATURES or "+neon" in _FEATURES
REGISTER_BYTES = 64 if "+avx512vl" in _FEATURES else 32 if "+avx" in _FEATURES else 16

# Blocks of sums, as many as leave registers for what is multiplied: 24 of 32, or 12 of 16. A larger block needs fewer
# loads for each product: 8 x 3 reads 11 values for 24 products, where 1 x 1 reads 48.
ROWS = 8 if _MANY_REGISTERS else 4
VECTORS = 3
DOTS_ROWS = 4
DOTS_COLUMNS = 6 if _MANY_REGISTERS else 3


def _name(vector: Any) -> str:
    """LLVM's name of a vector type in the names of its functions."""
    kind, letter = vector.element, "i"
    width = kind.width if isinstance(kind, ir.IntType) else 32 if isinstance(kind, ir.FloatType) else 64
    if not isinstance(kind, ir.IntType):
        letter = "f"
    return f"v{vector.count}{letter}{width}"


class _Emitter:
    """Writes instructions for vectors of one element type into the function that Numba is compiling."""

    def __init__(self, context: Any, builder: Any, element: Any) -> None:
        self.context, self.builder, self.numba_type = context, builder, element
        self.element = context.get_value_type(element)
        self.lanes = REGISTER_BYTES // (element.bitwidth // 8)
        self.vector = ir.VectorType(self.element, self.lanes)
        self.word = ir.IntType(64)

    def constant(self, value: int) -> Any:
        return ir.Constant(self.word, value)

    def data(self, array_type: Any, array: Any) -> Any:
        return self.context.make_array(array_type)(self.context, self.builder, array).data

    def at(self, data: Any, index: Any) -> Any:
        return self.builder.gep(data, [index])

    def zeros(self) -> Any:
        return ir.Constant(self.vector, None)

    def bytes(self, value: int) -> Any:
        return ir.Constant(ir.VectorType(ir.IntType(8), self.lanes), [value] * self.lanes)

    def shuffled(self, one: Any, other: Any, order: list[int]) -> Any:
        """Lanes of two registers, those of the second counted on from the first."""
        return self.builder.shuffle_vector(one, other, ir.Constant(ir.VectorType(ir.IntType(32), len(order)), order))

    def load(self, data: Any, index: Any, mask: Any = None, vector: Any = None) -> Any:
        vector = vector or self.vector
        where, alignment = self._place(data, index, vector)
        if mask is None:
            return self.builder.load(where, align=alignment.constant)
        kinds = [where.type, alignment.type, mask.type, vector]
        masked = self._function(f"llvm.masked.load.{_name(vector)}.p0", vector, kinds)
        nothing = ir.Constant(vector, None)
        return self.builder.call(masked, [where, alignment, mask, nothing])

    def store(self, value: Any, data: Any, index: Any, mask: Any = None) -> None:
        where, alignment = self._place(data, index, value.type)
        if mask is None:
            self.builder.store(value, where, align=alignment.constant)
            return
        kinds = [value.type, where.type, alignment.type, mask.type]
        masked = self._function(f"llvm.masked.store.{_name(value.type)}.p0", ir.VoidType(), kinds)
        self.builder.call(masked, [value, where, alignment, mask])

    def _place(self, data: Any, index: Any, vector: Any) -> tuple[Any, Any]:
        alignment = 1 if isinstance(vector.element, ir.IntType) else self.numba_type.bitwidth // 8
        where = self.builder.bitcast(self.at(data, index), vector.as_pointer())
        return where, ir.Constant(ir.IntType(32), alignment)

    def spread(self, scalar: Any) -> Any:
        one = self.builder.insert_element(
            ir.Constant(self.vector, ir.Undefined), scalar, ir.Constant(ir.IntType(32), 0)
        )
        return self.shuffled(one, one, [0] * self.lanes)

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        fused = self._function(f"llvm.fmuladd.{_name(self.vector)}", self.vector, [self.vector] * 3)
        return self.builder.call(fused, [a, b, c])

    def total(self, value: Any) -> Any:
        added = self._function(
            f"llvm.vector.reduce.fadd.{_name(self.vector)}", self.element, [self.element, self.vector]
        )
        zero = ir.Constant(self.element, 0.0)
        return self.builder.call(added, [zero, value], fastmath=("reassoc",))

    def first(self, count: Any) -> Any:
        """The mask of the first ``count`` lanes, None for all."""
        if count is None:
            return None
        numbers = ir.Constant(ir.VectorType(self.word, self.lanes), list(range(self.lanes)))
        one = self.builder.insert_element(
            ir.Constant(numbers.type, ir.Undefined), count, ir.Constant(ir.IntType(32), 0)
        )
        return self.builder.icmp_signed("<", numbers, self.shuffled(one, one, [0] * self.lanes))

    def along(self, length: Any, body: Any) -> None:
        """Run ``body(index, rest)`` for each register along a row; rest: None, or the lanes that the last one fills."""
        builder, lanes = self.builder, self.constant(self.lanes)
        rest = builder.srem(length, lanes)
        whole = builder.sub(length, rest)
        with cgutils.for_range_slice(builder, self.constant(0), whole, lanes) as (index, _):
            body(index, None)
        with builder.if_then(builder.icmp_signed(">", rest, self.constant(0))):
            body(whole, rest)

    def _function(self, name: str, result: Any, parameters: list[Any]) -> Any:
        return cgutils.get_or_insert_function(self.builder.module, ir.FunctionType(result, parameters), name)


def _outer(rows: int, vectors: int) -> Any:
    @intrinsic
    def tile(typingctx, a, a_start, b, b_start, offsets, count, start, output, output_start, output_stride, lanes):
        def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            of = _Emitter(context, builder, a.dtype)
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
            of = _Emitter(context, builder, a.dtype)
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


@intrinsic
def copy_row(typingctx, x, x_start, output, output_start, length):
    """Copy a row."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = _Emitter(context, builder, x.dtype)
        x_data, output_data = of.data(x, given[0]), of.data(output, given[2])

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            value = of.load(x_data, builder.add(given[1], index), mask)
            of.store(value, output_data, builder.add(given[3], index), mask)

        of.along(given[4], body)
        return context.get_dummy_value()

    return types.void(x, types.intp, output, types.intp, types.intp), emit


@intrinsic
def relu_row(typingctx, x, x_start, values, values_start, output, output_start, length):
    """Copy a row of values, but 0 where x <= 0; a NaN of x is not."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = _Emitter(context, builder, x.dtype)
        x_data, values_data, output_data = of.data(x, given[0]), of.data(values, given[2]), of.data(output, given[4])

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            seen = of.load(x_data, builder.add(given[1], index), mask)
            value = of.load(values_data, builder.add(given[3], index), mask)
            off = builder.fcmp_ordered("<=", seen, of.zeros())
            of.store(builder.select(off, of.zeros(), value), output_data, builder.add(given[5], index), mask)

        of.along(given[6], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(x, word, values, word, output, word, word), emit


@intrinsic
def pool_row(typingctx, x, top, bottom, output, output_start, winners, length):
    """The maxima of the 2 x 2 windows of two rows, and which of the four places won: compared and chosen, never jumped.

    A branch for each value is guessed wrong half of the time: 193 us where this needs 26.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = _Emitter(context, builder, x.dtype)
        x_data, output_data, winners_data = of.data(x, given[0]), of.data(output, given[3]), of.data(winners, given[5])
        lanes = of.lanes

        def pairs(start: Any, index: Any, rest: Any) -> tuple[Any, Any]:
            at = builder.add(start, builder.mul(index, of.constant(2)))
            masks: tuple[Any, Any] = (None, None)
            if rest is not None:
                twice = builder.mul(rest, of.constant(2))
                masks = of.first(twice), of.first(builder.sub(twice, of.constant(lanes)))
            one = of.load(x_data, at, masks[0])
            other = of.load(x_data, builder.add(at, of.constant(lanes)), masks[1])
            every = list(range(2 * lanes))
            return of.shuffled(one, other, every[::2]), of.shuffled(one, other, every[1::2])

        def body(index: Any, rest: Any) -> None:
            best, *others = [*pairs(given[1], index, rest), *pairs(given[2], index, rest)]
            winner = of.bytes(0)
            for place, value in enumerate(others, 1):
                larger = builder.fcmp_ordered(">", value, best)
                wins = builder.or_(larger, builder.fcmp_unordered("uno", value, value))
                best = builder.select(wins, value, best)
                winner = builder.select(wins, of.bytes(place), winner)
            at, mask = builder.add(given[4], index), of.first(rest)
            of.store(best, output_data, at, mask)
            of.store(winner, winners_data, at, mask)

        of.along(given[6], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(x, word, word, output, word, winners, word), emit


@intrinsic
def pool_gradient_row(typingctx, gradient, start, winners, winners_start, output, top, bottom, length):
    """Two rows of pixels in which the winner of each 2 x 2 window has its gradient, and the others have 0.

    Every pixel is written once, where zeroing first and scattering then writes the winners twice: 2.8 times faster.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = _Emitter(context, builder, gradient.dtype)
        g_data, winners_data, output_data = (
            of.data(gradient, given[0]), of.data(winners, given[2]), of.data(output, given[4])
        )  # fmt: skip
        lanes = of.lanes
        zipped = [number // 2 + lanes * (number % 2) for number in range(2 * lanes)]

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            value = of.load(g_data, builder.add(given[1], index), mask)
            bytes_type = of.bytes(0).type
            winner = of.load(winners_data, builder.add(given[3], index), mask, bytes_type)
            for row, left_place in ((given[5], 0), (given[6], 2)):
                left, right = (
                    builder.select(builder.icmp_unsigned("==", winner, of.bytes(place)), value, of.zeros())
                    for place in (left_place, left_place + 1)
                )
                at = builder.add(row, builder.mul(index, of.constant(2)))
                for half in range(2):
                    part = of.shuffled(left, right, zipped[half * lanes : (half + 1) * lanes])
                    half_mask = None
                    if rest is not None:
                        half_mask = of.first(builder.sub(builder.mul(rest, of.constant(2)), of.constant(half * lanes)))
                    of.store(part, output_data, builder.add(at, of.constant(half * lanes)), half_mask)

        of.along(given[7], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(gradient, word, winners, word, output, word, word, word), emit


outer_block, outer_column = _outer(ROWS, VECTORS), _outer(ROWS, 1)
outer_4, outer_4_column = _outer(4, VECTORS), _outer(4, 1)
outer_2, outer_2_column = _outer(2, VECTORS), _outer(2, 1)
outer_1, outer_1_column = _outer(1, VECTORS), _outer(1, 1)
dots_block, dots_3, dots_1 = _dots(DOTS_ROWS, DOTS_COLUMNS), _dots(DOTS_ROWS, 3), _dots(DOTS_ROWS, 1)
dots_row_block, dots_row_3, dots_row_1 = _dots(1, DOTS_COLUMNS), _dots(1, 3), _dots(1, 1)
