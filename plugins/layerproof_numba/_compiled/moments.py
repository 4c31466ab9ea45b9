"""The micro-kernels of the norms: sums over the values that share a mean, and what is made of them.

A block is some lines of equal length, whatever lies between them. Its sums are in float64 whatever the dtype: for
float32 that takes two registers for each one that is read, and is still faster (60 GB/s by one thread) than memory.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from layerproof_numba._compiled.vectors import Emitter

WORD, DOUBLE, PAIR = types.intp, types.float64, types.UniTuple(types.float64, 2)


def _sum_of(of: Emitter, length: Any, lines: Any, terms: Any) -> list[Any]:
    """Two sums over a block; ``terms(line, index, mask, sums)`` gives them with another register added."""
    builder = of.builder
    nothing = ir.Constant(of.wide_vector, None)
    sums = [cgutils.alloca_once_value(builder, nothing) for _ in range(2)]
    with cgutils.for_range(builder, lines) as loop:

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            added = terms(loop.index, index, mask, [builder.load(one) for one in sums])
            for one, value in zip(sums, added, strict=True):
                builder.store(value, one)

        of.along(length, body)
    return [of.total(builder.load(one)) for one in sums]


def _among(of: Emitter, mask: Any, value: Any) -> Any:
    """The value, but 0 in lanes that are not there."""
    return value if mask is None else of.builder.select(mask, value, ir.Constant(of.wide_vector, None))


@intrinsic
def deviation_sums(typingctx, x, start, stride, lines, length, centre):
    """The sums of x - centre and of its square over a block."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        data, centres = of.data(x, given[0]), of.spread(given[5])

        def terms(line: Any, index: Any, mask: Any, sums: Any) -> Any:
            at = builder.add(builder.add(given[1], builder.mul(line, given[2])), index)
            deviation = _among(of, mask, builder.fsub(of.wide(of.load(data, at, mask)), centres))
            return builder.fadd(sums[0], deviation), of.multiply_add(deviation, deviation, sums[1])

        return context.make_tuple(builder, PAIR, _sum_of(of, given[4], given[3], terms))

    return PAIR(x, WORD, WORD, WORD, WORD, DOUBLE), emit


@intrinsic
def gradient_sums(typingctx, gradient, gradient_start, gradient_stride, x, start, stride, lines, length, centre):
    """The sums of the gradient and of its product with x - centre over a block."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        g_data, x_data, centres = of.data(gradient, given[0]), of.data(x, given[3]), of.spread(given[8])

        def terms(line: Any, index: Any, mask: Any, sums: Any) -> Any:
            g_at = builder.add(builder.add(given[1], builder.mul(line, given[2])), index)
            x_at = builder.add(builder.add(given[4], builder.mul(line, given[5])), index)
            g = of.wide(of.load(g_data, g_at, mask))
            deviation = _among(of, mask, builder.fsub(of.wide(of.load(x_data, x_at, mask)), centres))
            return builder.fadd(sums[0], g), of.multiply_add(g, deviation, sums[1])

        return context.make_tuple(builder, PAIR, _sum_of(of, given[7], given[6], terms))

    return PAIR(gradient, WORD, WORD, x, WORD, WORD, WORD, WORD, DOUBLE), emit


@intrinsic
def scale_lines(typingctx, x, start, stride, lines, length, output, at, numbers):
    """Write (x - centre) * factor + constant, for ``numbers`` = (centre, factor, constant), without gaps."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, output_data = of.data(x, given[0]), of.data(output, given[5])
        centre, factor, constant = (of.spread(builder.extract_value(given[7], number)) for number in range(3))
        with cgutils.for_range(builder, given[3]) as loop:
            x_line = builder.add(given[1], builder.mul(loop.index, given[2]))
            line = builder.add(given[6], builder.mul(loop.index, given[4]))

            def body(index: Any, rest: Any) -> None:
                mask = of.first(rest)
                deviation = builder.fsub(of.load(x_data, builder.add(x_line, index), mask), centre)
                value = of.multiply_add(deviation, factor, constant)
                of.store(value, output_data, builder.add(line, index), mask)

            of.along(given[4], body)
        return context.get_dummy_value()

    return types.void(x, WORD, WORD, WORD, WORD, output, WORD, types.UniTuple(x.dtype, 3)), emit


@intrinsic
def scale_gradient_lines(
    typingctx, gradient, gradient_start, gradient_stride, x, start, stride, lines, length, output, at, numbers
):
    """Write gradient*factor + (x - centre)*slope + constant; ``numbers`` are (factor, centre, slope, constant)."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        g_data, x_data, output_data = of.data(gradient, given[0]), of.data(x, given[3]), of.data(output, given[8])
        factor, centre, slope, constant = (of.spread(builder.extract_value(given[10], number)) for number in range(4))
        with cgutils.for_range(builder, given[6]) as loop:
            g_line = builder.add(given[1], builder.mul(loop.index, given[2]))
            x_line = builder.add(given[4], builder.mul(loop.index, given[5]))
            line = builder.add(given[9], builder.mul(loop.index, given[7]))

            def body(index: Any, rest: Any) -> None:
                mask = of.first(rest)
                deviation = builder.fsub(of.load(x_data, builder.add(x_line, index), mask), centre)
                value = of.multiply_add(deviation, slope, constant)
                value = of.multiply_add(of.load(g_data, builder.add(g_line, index), mask), factor, value)
                of.store(value, output_data, builder.add(line, index), mask)

            of.along(given[7], body)
        return context.get_dummy_value()

    numbers_type = types.UniTuple(x.dtype, 4)
    return types.void(gradient, WORD, WORD, x, WORD, WORD, WORD, WORD, output, WORD, numbers_type), emit


@intrinsic
def normal_row(typingctx, x, start, length, weight, bias, output, at, numbers):
    """Write ((x - centre) * factor + constant) * weight + bias, for ``numbers`` = (centre, factor, constant)."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, weight_data, bias_data, output_data = (
            of.data(kind, given[number]) for kind, number in ((x, 0), (weight, 3), (bias, 4), (output, 5))
        )
        centre, factor, constant = (of.spread(builder.extract_value(given[7], number)) for number in range(3))

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            deviation = builder.fsub(of.load(x_data, builder.add(given[1], index), mask), centre)
            normal = of.multiply_add(deviation, factor, constant)
            weights, biases = of.load(weight_data, index, mask), of.load(bias_data, index, mask)
            of.store(of.multiply_add(normal, weights, biases), output_data, builder.add(given[6], index), mask)

        of.along(given[2], body)
        return context.get_dummy_value()

    return types.void(x, WORD, WORD, weight, bias, output, WORD, types.UniTuple(x.dtype, 3)), emit


@intrinsic
def weighted_gradient_sums(typingctx, gradient, gradient_start, x, start, length, weight, centre, scale, totals):
    """The sums of g = gradient * weight and of g * (x - centre) over a row.

    On the way the gradient is added to ``totals``, and times (x - centre) * scale to what follows there.
    """

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        g_data, x_data, weight_data = of.data(gradient, given[0]), of.data(x, given[2]), of.data(weight, given[5])
        totals_data = of.data(totals, given[8])
        centres, scales = of.spread(given[6]), of.spread(given[7])

        def add(at: Any, value: Any, mask: Any) -> None:
            of.store(builder.fadd(of.load(totals_data, at, mask, of.wide_vector), value), totals_data, at, mask)

        def terms(line: Any, index: Any, mask: Any, sums: Any) -> Any:
            given_gradient = of.wide(of.load(g_data, builder.add(given[1], index), mask))
            deviation = builder.fsub(of.wide(of.load(x_data, builder.add(given[3], index), mask)), centres)
            deviation = _among(of, mask, deviation)
            add(index, given_gradient, mask)
            add(builder.add(given[4], index), builder.fmul(given_gradient, builder.fmul(deviation, scales)), mask)
            g = builder.fmul(given_gradient, of.wide(of.load(weight_data, index, mask)))
            return builder.fadd(sums[0], g), of.multiply_add(g, deviation, sums[1])

        return context.make_tuple(builder, PAIR, _sum_of(of, given[4], of.constant(1), terms))

    return PAIR(gradient, WORD, x, WORD, WORD, weight, DOUBLE, DOUBLE, totals), emit


@intrinsic
def weighted_gradient_row(typingctx, gradient, gradient_start, x, start, length, weight, output, at, numbers):
    """As in scale_gradient_lines, with gradient * weight in place of the gradient."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        g_data, x_data, weight_data, output_data = (
            of.data(kind, given[number]) for kind, number in ((gradient, 0), (x, 2), (weight, 5), (output, 6))
        )
        factor, centre, slope, constant = (of.spread(builder.extract_value(given[8], number)) for number in range(4))

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            deviation = builder.fsub(of.load(x_data, builder.add(given[3], index), mask), centre)
            g = builder.fmul(of.load(g_data, builder.add(given[1], index), mask), of.load(weight_data, index, mask))
            value = of.multiply_add(g, factor, of.multiply_add(deviation, slope, constant))
            of.store(value, output_data, builder.add(given[7], index), mask)

        of.along(given[4], body)
        return context.get_dummy_value()

    numbers_type = types.UniTuple(x.dtype, 4)
    return types.void(gradient, WORD, x, WORD, WORD, weight, output, WORD, numbers_type), emit
