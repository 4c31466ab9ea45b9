"""The micro-kernels of attention's rows: the steps of softmax, and the gradient that goes back through it.

Each step is done for all rows before the next. A row is short, so that most of the time of one step goes by until its
result is there, and the processor fills it with other rows.
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


@intrinsic
def exp_row(typingctx, x, start, length, scale, largest):
    """Make e**(scale * row - largest) of a row, and return its sum."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        data, scales, top = of.data(x, given[0]), of.spread(given[3]), of.spread(given[4])
        total = cgutils.alloca_once_value(builder, of.zeros())

        def body(index: Any, rest: Any) -> None:
            mask, at = of.first(rest), builder.add(given[1], index)
            power = falling_exp(of, builder.fsub(builder.fmul(of.load(data, at, mask), scales), top))
            of.store(power, data, at, mask)
            counted = power if mask is None else builder.select(mask, power, of.zeros())
            builder.store(builder.fadd(builder.load(total), counted), total)

        of.along(given[2], body)
        return of.total(builder.load(total))

    return x.dtype(x, types.intp, types.intp, x.dtype, x.dtype), emit


@intrinsic
def multiply_row(typingctx, x, start, length, factor):
    """Multiply a row by a number."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        data, factors = of.data(x, given[0]), of.spread(given[3])

        def body(index: Any, rest: Any) -> None:
            mask, at = of.first(rest), builder.add(given[1], index)
            of.store(builder.fmul(of.load(data, at, mask), factors), data, at, mask)

        of.along(given[2], body)
        return context.get_dummy_value()

    return types.void(x, types.intp, types.intp, x.dtype), emit


@intrinsic
def dot_row(typingctx, x, x_start, other, start, length):
    """The dot product of two rows."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, x.dtype)
        x_data, data = of.data(x, given[0]), of.data(other, given[2])
        total = cgutils.alloca_once_value(builder, of.zeros())

        def body(index: Any, rest: Any) -> None:
            mask = of.first(rest)
            one = of.load(x_data, builder.add(given[1], index), mask)
            two = of.load(data, builder.add(given[3], index), mask)
            builder.store(of.multiply_add(one, two, builder.load(total)), total)

        of.along(given[4], body)
        return of.total(builder.load(total))

    word = types.intp
    return x.dtype(x, word, other, word, word), emit


@intrinsic
def softmax_gradient_row(typingctx, weights, weights_start, gradient, start, length, mean, scale):
    """Make weights * (gradient - mean) * scale of a row of gradients."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        of = Emitter(context, builder, gradient.dtype)
        weights_data, data = of.data(weights, given[0]), of.data(gradient, given[2])
        means, scales = of.spread(given[5]), of.spread(given[6])

        def body(index: Any, rest: Any) -> None:
            mask, at = of.first(rest), builder.add(given[3], index)
            weight = of.load(weights_data, builder.add(given[1], index), mask)
            value = builder.fmul(weight, builder.fsub(of.load(data, at, mask), means))
            of.store(builder.fmul(value, scales), data, at, mask)

        of.along(given[4], body)
        return context.get_dummy_value()

    word, number = types.intp, gradient.dtype
    return types.void(weights, word, gradient, word, word, number, number), emit
