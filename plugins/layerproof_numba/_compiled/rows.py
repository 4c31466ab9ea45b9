"""The micro-kernels of single rows: copy, relu, pool, transpose, pick."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from layerproof_numba._compiled.vectors import Emitter


@intrinsic
def copy_row(typingctx, x, x_start, output, output_start, length):
    """Copy a row."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, output_data = of.data(x, given[0]), of.data(output, given[2])

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            value = of.load(x_data, builder.add(given[1], index), mask)
            of.store(value, output_data, builder.add(given[3], index), mask)

        of.along(given[4], body)
        return context.get_dummy_value()

    return types.void(x, types.intp, output, types.intp, types.intp), emit


@intrinsic
def relu_row(typingctx, x, x_start, output, output_start, length):
    """Copy a row, but 0 where x <= 0; a NaN is not."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, output_data = of.data(x, given[0]), of.data(output, given[2])

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            value = of.load(x_data, builder.add(given[1], index), mask)
            off = builder.fcmp_ordered("<=", value, of.zeros())
            of.store(builder.select(off, of.zeros(), value), output_data, builder.add(given[3], index), mask)

        of.along(given[4], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(x, word, output, word, word), emit


@intrinsic
def relu_noted_row(typingctx, x, output, signs, start, length):
    """As relu_row, at the same place of x and output, and note for each register which lanes became 0: a bit each.

    Backward then reads a bit instead of a value, 1.3 times faster where arrays do not fit the cache.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, output_data, signs_data = of.data(x, given[0]), of.data(output, given[1]), of.data(signs, given[2])

        def body(index: Any, rest: Any) -> None:
            at, mask = builder.add(given[3], index), of.first(rest)
            value = of.load(x_data, at, mask)
            off = builder.fcmp_ordered("<=", value, of.zeros())
            of.store(builder.select(off, of.zeros(), value), output_data, at, mask)
            of.store_bits(off, signs_data, at)

        of.along(given[4], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(x, output, signs, word, word), emit


@intrinsic
def relu_noted_gradient_row(typingctx, signs, gradient, output, start, length):
    """Copy a row of gradients, but 0 where it is noted; ``start`` is a multiple of the lanes."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, gradient.dtype)
        signs_data, g_data = of.data(signs, given[0]), of.data(gradient, given[1])
        output_data = of.data(output, given[2])

        def body(index: Any, rest: Any) -> None:
            at, mask = builder.add(given[3], index), of.first(rest)
            off, value = of.load_bits(signs_data, at), of.load(g_data, at, mask)
            of.store(builder.select(off, of.zeros(), value), output_data, at, mask)

        of.along(given[4], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(signs, gradient, output, word, word), emit


@intrinsic
def relu_gradient_row(typingctx, x, x_start, gradient, gradient_start, output, output_start, length):
    """Copy a row of gradients, but 0 where x <= 0; a NaN of x is not."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, g_data, output_data = (of.data(x, given[0]), of.data(gradient, given[2]), of.data(output, given[4]))

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            seen = of.load(x_data, builder.add(given[1], index), mask)
            value = of.load(g_data, builder.add(given[3], index), mask)
            off = builder.fcmp_ordered("<=", seen, of.zeros())
            of.store(builder.select(off, of.zeros(), value), output_data, builder.add(given[5], index), mask)

        of.along(given[6], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(x, word, gradient, word, output, word, word), emit


@intrinsic
def pool_row(typingctx, x, top, bottom, output, output_start, winners, length):
    """The maxima of the 2 x 2 windows of two rows, and which of the four places won: compared and chosen, never jumped.

    Plain loops over the values, as LLVM makes vectors of them, take 1 to 3 times as long, by the length of a row.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, output_data, winners_data = (
            of.data(x, given[0]),
            of.data(output, given[3]),
            of.data(winners, given[5]),
        )
        lanes = of.lanes

        def pairs(start: Any, index: Any, rest: Any) -> tuple[Any, Any]:
            at = builder.add(start, builder.mul(index, of.constant(2)))
            masks: tuple[Any, Any] = (None, None)
            if rest is not None:
                twice = builder.mul(rest, of.constant(2))
                masks = (of.first(twice), of.first(builder.sub(twice, of.constant(lanes))))
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

    Every pixel is written once, where zeroing first and scattering then writes the winners twice: 2.4 times faster.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, gradient.dtype)
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
                first, second = (of.shuffled(left, right, zipped[n * lanes : (n + 1) * lanes]) for n in range(2))
                if rest is None:
                    of.store(first, output_data, at)
                    of.store(second, output_data, builder.add(at, of.constant(lanes)))
                    continue
                twice = builder.mul(rest, of.constant(2))
                of.store(first, output_data, at, of.first(twice))
                left_over = builder.sub(twice, of.constant(lanes))
                # a store of nothing takes as long as any other
                with builder.if_then(builder.icmp_signed(">", left_over, of.constant(0))):
                    of.store(second, output_data, builder.add(at, of.constant(lanes)), of.first(left_over))

        of.along(given[7], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(gradient, word, winners, word, output, word, word, word), emit


@intrinsic
def transpose_block(typingctx, x, x_start, x_stride, rows, columns, output, output_start, output_stride):
    """Turn a block of at most as many rows and columns as a register has lanes: columns become rows.

    The rows of the first and the second half are dealt into each other like cards: after log2(lanes) times every value
    has moved from (r, c) to (c, r).
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, output_data, lanes = (of.data(x, given[0]), of.data(output, given[5]), of.lanes)
        zero = of.constant(0)
        block = []
        for row in range(lanes):
            there = builder.icmp_signed("<", of.constant(row), given[3])
            mask = of.first(builder.select(there, given[4], zero))
            at = builder.add(given[1], builder.mul(given[2], of.constant(row)))
            block.append(of.load(x_data, at, mask))
        dealt = [number // 2 + lanes * (number % 2) for number in range(2 * lanes)]
        for _ in range(lanes.bit_length() - 1):
            pairs = zip(block[: lanes // 2], block[lanes // 2 :], strict=True)
            block = [of.shuffled(one, other, half) for one, other in pairs for half in (dealt[:lanes], dealt[lanes:])]
        for column in range(lanes):
            there = builder.icmp_signed("<", of.constant(column), given[4])
            mask = of.first(builder.select(there, given[3], zero))
            at = builder.add(given[6], builder.mul(given[7], of.constant(column)))
            of.store(block[column], output_data, at, mask)
        return context.get_dummy_value()

    word = types.intp
    return types.void(x, word, word, word, word, output, word, word), emit


@intrinsic
def pick_row(typingctx, x, x_start, length, place, step, places, values, found):
    """Append the values of a row that are not 0, and their places, to lists; return how long they are then.

    Every value is written and the next one over it, unless it counts: no branch that could be guessed wrong. Bits are
    compared, without that of the sign, because a comparison of floats needs another step for NaN.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, places_data, values_data = of.data(x, given[0]), of.data(places, given[5]), of.data(values, given[6])
        bits = ir.IntType(x.dtype.bitwidth)
        count = cgutils.alloca_once_value(builder, given[7])
        with cgutils.for_range(builder, given[2]) as loop:
            value = builder.load(of.at(x_data, builder.add(given[1], loop.index)))
            at = builder.load(count)
            builder.store(value, of.at(values_data, at))
            builder.store(builder.add(given[3], builder.mul(loop.index, given[4])), of.at(places_data, at))
            magnitude = builder.shl(builder.bitcast(value, bits), bits(1))
            counts = builder.icmp_unsigned("!=", magnitude, bits(0))
            builder.store(builder.add(at, builder.zext(counts, of.word)), count)
        return builder.load(count)

    word = types.intp
    return types.intp(x, word, word, word, word, places, values, word), emit
