"""The micro-kernels of softmax's rows: its steps, and the gradient that goes back through it.

A step is done for several rows before the next. Where a row is short, most of the time of one step goes by until its
result is there, and the processor fills it with other rows. Sums are in float64 whatever the dtype, but for
``exp_shares_row``.
"""

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from layerproof_numba._compiled.elementary import falling_exp
from layerproof_numba._compiled.vectors import Emitter


@intrinsic
def largest_of_row(typingctx, x, start, length, scale):
    """The largest of scale * row."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        data, scales = of.data(x, given[0]), of.spread(given[3])
        highest = cgutils.alloca_once_value(builder, of.constants(float("-inf")))

        def body(index: Any, rest: Any) -> None:
            mask, so_far = of.first(rest), builder.load(highest)
            value = builder.fmul(of.load(data, builder.add(given[1], index), mask), scales)
            larger = builder.fcmp_ordered(">", value, so_far)
            if mask is not None:
                larger = builder.and_(larger, mask)
            builder.store(builder.select(larger, value, so_far), highest)

        of.along(given[2], body)
        return of.largest(builder.load(highest))

    return x.dtype(x, types.intp, types.intp, x.dtype), emit


def _exp_row(wide: bool) -> Any:
    """output = e**(scale * row - largest), and the sum of that."""

    @intrinsic
    def row(typingctx, x, x_start, output, start, length, scale, largest):
        def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            of = Emitter(context, builder, x.dtype)
            x_data, data = of.data(x, given[0]), of.data(output, given[2])
            scales, top = of.spread(given[5]), of.spread(given[6])
            total = cgutils.alloca_once_value(builder, of.wide_zeros() if wide else of.zeros())

            def body(index: Any, rest: Any) -> None:
                mask = of.first(rest)
                value = of.load(x_data, builder.add(given[1], index), mask)
                power = falling_exp(of, builder.fsub(builder.fmul(value, scales), top))
                of.store(power, data, builder.add(given[3], index), mask)
                counted = power if mask is None else builder.select(mask, power, of.zeros())
                counted = of.wide(counted) if wide else counted
                builder.store(builder.fadd(builder.load(total), counted), total)

            of.along(given[4], body)
            return of.total(builder.load(total))

        word, result = types.intp, types.float64 if wide else x.dtype
        return result(x, word, output, word, word, x.dtype, x.dtype), emit

    return row


# The second adds in the dtype of the row, for rows of which only the shares count: 10 % of attention's forward.
exp_row, exp_shares_row = _exp_row(True), _exp_row(False)


@intrinsic
def multiply_row(typingctx, x, x_start, output, start, length, factor):
    """output = row * factor."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, data, factors = of.data(x, given[0]), of.data(output, given[2]), of.spread(given[5])

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            value = of.load(x_data, builder.add(given[1], index), mask)
            of.store(builder.fmul(value, factors), data, builder.add(given[3], index), mask)

        of.along(given[4], body)
        return context.get_dummy_value()

    word = types.intp
    return types.void(x, word, output, word, word, x.dtype), emit


@intrinsic
def dot_row(typingctx, x, x_start, other, start, length):
    """The dot product of two rows."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, data = of.data(x, given[0]), of.data(other, given[2])
        total = cgutils.alloca_once_value(builder, of.wide_zeros())

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            one = of.wide(of.load(x_data, builder.add(given[1], index), mask))
            two = of.wide(of.load(data, builder.add(given[3], index), mask))
            builder.store(of.multiply_add(one, two, builder.load(total)), total)

        of.along(given[4], body)
        return of.total(builder.load(total))

    word = types.intp
    return types.float64(x, word, other, word, word), emit


@intrinsic
def softmax_gradient_row(
    typingctx, weights, weights_start, gradient, gradient_start, output, start, length, mean, scale
):
    """output = weights * (gradient - mean) * scale."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, gradient.dtype)
        weights_data, gradient_data, data = (
            of.data(weights, given[0]), of.data(gradient, given[2]), of.data(output, given[4])
        )  # fmt: skip
        means, scales = of.spread(given[7]), of.spread(given[8])

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            weight = of.load(weights_data, builder.add(given[1], index), mask)
            value = of.load(gradient_data, builder.add(given[3], index), mask)
            value = builder.fmul(weight, builder.fsub(value, means))
            of.store(builder.fmul(value, scales), data, builder.add(given[5], index), mask)

        of.along(given[6], body)
        return context.get_dummy_value()

    word, number = types.intp, gradient.dtype
    return types.void(weights, word, gradient, word, output, word, word, number, number), emit


@intrinsic
def weighted_difference_row(typingctx, x, start, weight, length, largest, shift):
    """The sum of ((row - largest) - shift) * weight."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, weight_data = of.data(x, given[0]), of.data(weight, given[2])
        top, shifts = of.spread(given[4]), of.spread(given[5])
        total = cgutils.alloca_once_value(builder, of.wide_zeros())

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            value = of.wide(of.load(x_data, builder.add(given[1], index), mask))
            value = builder.fsub(builder.fsub(value, top), shifts)
            value = builder.fmul(value, of.wide(of.load(weight_data, index, mask)))
            if mask is not None:
                value = builder.select(mask, value, of.wide_zeros())
            builder.store(builder.fadd(builder.load(total), value), total)

        of.along(given[3], body)
        return of.total(builder.load(total))

    word, wide = types.intp, types.float64
    return wide(x, word, weight, word, wide, wide), emit


@intrinsic
def weighted_sum_row(typingctx, x, start, factor, weight, weight_factor, output, length):
    """output = row * factor + weight * weight_factor, with output at the same start as the row."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, weight_data, data = of.data(x, given[0]), of.data(weight, given[3]), of.data(output, given[5])
        factors, weight_factors = of.spread(given[2]), of.spread(given[4])

        def body(index: Any, rest: Any) -> None:
            mask, at = of.first(rest), builder.add(given[1], index)
            weights = builder.fmul(of.wide(of.load(weight_data, index, mask)), weight_factors)
            value = of.multiply_add(of.wide(of.load(x_data, at, mask)), factors, weights)
            of.store(of.narrow(value), data, at, mask)

        of.along(given[6], body)
        return context.get_dummy_value()

    word, wide = types.intp, types.float64
    return types.void(x, word, wide, weight, wide, output, word), emit
