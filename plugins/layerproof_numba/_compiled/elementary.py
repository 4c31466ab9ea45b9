"""The exponential in vector registers, and the micro-kernels of gelu made of it.

A call of exp for each value takes 8 times as long in float32 and 5 times in float64.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from layerproof_numba._compiled.vectors import Emitter

# For float32 and for float64: beyond which exponent nothing is left; ln(2) in two parts, the first with zeros at its
# end, so that its multiples are exact; the polynomial (e**r - 1 - r) / r**2 for |r| <= ln(2)/2, an interpolation in
# Chebyshev points with a relative error of 1e-8 and 2e-17 in e**r.
_LOWEST = {32: -104.0, 64: -746.0}
_LN2 = {32: (0.693359375, -2.12194440e-4), 64: (6.93147180369123816490e-1, 1.90821492927058770002e-10)}
_POLYNOMIAL = {
    32: (0.5, 0.16666576666119928, 0.04166655421298415, 0.0083632328836826182, 0.0013926250831497612),
    64: (
        0.5, 0.16666666666666667, 0.041666666666623821, 0.0083333333333300382, 0.0013888888917367081,
        0.00019841269863171556, 2.4801521057868205e-5, 2.7557268276905696e-6, 2.7620201591031549e-7,
        2.5100472505694996e-8,
    ),
}  # fmt: skip
# The bits of the fraction, and the bias of the exponent; more of the bias for results that are subnormal.
_FRACTION, _BIAS, _ROOM = {32: 23, 64: 52}, {32: 127, 64: 1023}, {32: 64, 64: 128}
_LOG2_E = 1.4426950408889634

# exp(x*x/2) * Phi(-x) * (x + 3) for x >= 0, a polynomial in (x - 3) / (x + 3), likewise, with an error of 1e-9.
_TAIL = (
    0.729083690133, -0.509331983928, 0.230017711458, -0.04726297128, -0.0104626272825, 0.00697223995086,
    0.00102564915915, -0.00104486014001, -0.000249755242315, 0.000153948234404, 6.69786072051e-5, -1.52329074472e-5,
    -1.05071869438e-5,
)  # fmt: skip
_SQRT_8_PI, _CUBIC, _DENSITY = 1.5957691216057308, 0.044715, 0.3989422804014327


def _horner(of: Emitter, x: Any, coefficients: tuple[float, ...]) -> Any:
    value = of.constants(coefficients[-1], x.type)
    for coefficient in coefficients[-2::-1]:
        value = of.multiply_add(value, x, of.constants(coefficient, x.type))
    return value


def falling_exp(of: Emitter, x: Any, accuracy: int | None = None) -> Any:
    """e**x for x <= 0: e**r * 2**k with x = k*ln(2) + r, where k is read from the bits of a sum that rounds to it.

    ``accuracy`` is that of the lanes, or 32.
    """
    builder, kind = of.builder, x.type
    bits = 64 if kind.element == ir.DoubleType() else 32
    lowest = of.constants(_LOWEST[bits], kind)
    x = builder.select(builder.fcmp_ordered("<", x, lowest), lowest, x)
    rounder = of.constants(1.5 * 2.0 ** _FRACTION[bits], kind)
    rounded = of.multiply_add(x, of.constants(_LOG2_E, kind), rounder)
    k = builder.fsub(rounded, rounder)
    r = x
    for part in _LN2[bits]:
        r = of.multiply_add(k, of.constants(-part, kind), r)
    power = of.multiply_add(builder.fmul(r, r), _horner(of, r, _POLYNOMIAL[accuracy or bits]), r)
    power = builder.fadd(power, of.constants(1.0, kind))
    whole = ir.VectorType(ir.IntType(bits), kind.count)
    exponent = builder.add(builder.bitcast(rounded, whole), of.constants(_BIAS[bits] + _ROOM[bits], whole))
    scale = builder.bitcast(builder.shl(exponent, of.constants(_FRACTION[bits], whole)), kind)
    return builder.fmul(builder.fmul(power, scale), of.constants(0.5 ** _ROOM[bits], kind))


def _by_tanh(of: Emitter, x: Any) -> tuple[Any, Any]:
    """s = (1 + tanh(u))/2 = 1 / (1 + e**(-2u)) and 1 - s, neither by a difference that cancels."""
    builder, one = of.builder, of.constants(1.0)
    factor = of.multiply_add(builder.fmul(x, x), of.constants(_SQRT_8_PI * _CUBIC), of.constants(_SQRT_8_PI))
    twice_u = builder.fmul(x, factor)
    left = builder.fcmp_ordered("<", twice_u, of.zeros())
    power = falling_exp(of, builder.select(left, twice_u, builder.fneg(twice_u)))
    larger = builder.fdiv(one, builder.fadd(one, power))
    smaller = builder.fmul(power, larger)
    return builder.select(left, smaller, larger), builder.select(left, larger, smaller)


def _by_tail(of: Emitter, x: Any) -> tuple[Any, Any]:
    """Phi(x) and the density there, for wide lanes, to the accuracy of float32."""
    builder, three, one = of.builder, of.constants(3.0, x.type), of.constants(1.0, x.type)
    left = builder.fcmp_ordered("<", x, of.constants(0.0, x.type))
    size = builder.select(left, builder.fneg(x), x)
    power = falling_exp(of, builder.fmul(builder.fmul(size, size), of.constants(-0.5, x.type)), 32)
    inverse = builder.fdiv(one, builder.fadd(size, three))
    place = builder.fsub(one, builder.fmul(inverse, of.constants(6.0, x.type)))
    tail = builder.fmul(builder.fmul(power, inverse), _horner(of, place, _TAIL))
    return builder.select(left, tail, builder.fsub(one, tail)), builder.fmul(power, of.constants(_DENSITY, x.type))


def _gelu(of: Emitter, x: Any, exact: bool) -> Any:
    if not exact:
        return of.builder.fmul(x, _by_tanh(of, x)[0])
    wide = of.wide(x)
    return of.narrow(of.builder.fmul(wide, _by_tail(of, wide)[0]))


def _gelu_slope(of: Emitter, x: Any, exact: bool) -> Any:
    """The derivative: Phi + x * density, or s + x * s * (1 - s) * 2*du/dx."""
    builder = of.builder
    if exact:
        wide = of.wide(x)
        share, density = _by_tail(of, wide)
        return of.narrow(of.multiply_add(wide, density, share))
    for limit, operator in ((100.0, ">"), (-100.0, "<")):  # s is 0 or 1 beyond, but the square might overflow
        bound = of.constants(limit)
        x = builder.select(builder.fcmp_ordered(operator, x, bound), bound, x)
    share, rest = _by_tanh(of, x)
    factors = of.constants(3 * _CUBIC * _SQRT_8_PI), of.constants(_SQRT_8_PI)
    rise = of.multiply_add(builder.fmul(x, x), *factors)
    return of.multiply_add(builder.fmul(x, share), builder.fmul(rest, rise), share)


def _gelu_row(exact: bool) -> Any:
    @intrinsic
    def row(typingctx, x, output, start, length):
        def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            of = Emitter(context, builder, x.dtype)
            x_data, output_data = of.data(x, given[0]), of.data(output, given[1])

            def body(index: Any, rest: Any) -> None:
                mask, at = of.first(rest), builder.add(given[2], index)
                of.store(_gelu(of, of.load(x_data, at, mask), exact), output_data, at, mask)

            of.along(given[3], body)
            return context.get_dummy_value()

        return types.void(x, output, types.intp, types.intp), emit

    return row


def _gelu_gradient_row(exact: bool) -> Any:
    @intrinsic
    def row(typingctx, gradient, x, output, start, length):
        def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            of = Emitter(context, builder, x.dtype)
            g_data, x_data, output_data = (
                of.data(kind, value) for kind, value in zip((gradient, x, output), given, strict=False)
            )

            def body(index: Any, rest: Any) -> None:
                mask, at = of.first(rest), builder.add(given[3], index)
                slope = _gelu_slope(of, of.load(x_data, at, mask), exact)
                of.store(builder.fmul(of.load(g_data, at, mask), slope), output_data, at, mask)

            of.along(given[4], body)
            return context.get_dummy_value()

        return types.void(gradient, x, output, types.intp, types.intp), emit

    return row


gelu_row, gelu_tanh_row = _gelu_row(True), _gelu_row(False)
gelu_gradient_row, gelu_tanh_gradient_row = _gelu_gradient_row(True), _gelu_gradient_row(False)
