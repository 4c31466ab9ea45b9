"""The loops of dropout: the numbers of numpy's PCG64, shared out between threads, and the products with the mask.

PCG64 is state = state * MULTIPLIER + increment modulo 2**128, so that many steps at once are of the same form.
"""

from typing import Any

import numpy as np
from numba import prange, types

from layerproof_numba._compiled.draws import LANES, draw
from layerproof_numba._compiled.kernel import INTEGER, given_flat, kernel, own
from layerproof_numba._compiled.products import inlined

KERNELS = ("forward", "backward")

U = np.uint64
# The multiplier of PCG64, as two halves.
MULTIPLIER = (U(0x2360ED051FC65DA4), U(0x4385DF649FCCF645))
ZERO, ONE, HALF, HALF_MASK = U(0), U(1), U(32), U(2**32 - 1)
# Numbers that are drawn before they are used: their mask is then in the first-level cache.
PIECE = 4096

MASK, WORDS = types.Array(types.uint8, 1, "C"), types.Array(types.uint64, 1, "C")


@inlined
def multiplied(high: Any, low: Any, factor_high: Any, factor_low: Any) -> Any:
    """The product modulo 2**128, with the upper half of low * factor_low made of 32-bit halves."""
    a, b, c, d = low & HALF_MASK, low >> HALF, factor_low & HALF_MASK, factor_low >> HALF
    middle = a * d + (a * c >> HALF)
    other = b * c + (middle & HALF_MASK)
    carried = b * d + (middle >> HALF) + (other >> HALF)
    return carried + high * factor_low + low * factor_high, low * factor_low


@inlined
def added(high: Any, low: Any, other_high: Any, other_low: Any) -> Any:
    """The sum modulo 2**128."""
    total = low + other_low
    return high + other_high + U(total < low), total


@inlined
def jump(increment: Any, steps: int) -> Any:
    """The factor and the term of so many steps at once, by squaring."""
    factor, term = (ZERO, ONE), (ZERO, ZERO)
    power, sum_of_powers = MULTIPLIER, (increment[0], increment[1])
    while steps > 0:
        if steps % 2:
            factor = multiplied(*factor, *power)
            term = added(*multiplied(*term, *power), *sum_of_powers)
        sum_of_powers = multiplied(*added(*power, ZERO, ONE), *sum_of_powers)
        power = multiplied(*power, *power)
        steps //= 2
    return factor, term


@inlined
def scale(x: Any, kept: Any, factor: Any, output: Any) -> None:
    """A product also with 0, because a dropped NaN is NaN."""
    for i in range(len(x)):
        output[i] = x[i] * (factor if kept[i] else factor * 0)


@inlined
def moved(words: Any, steps: int) -> Any:
    """The state so many steps on."""
    factor, term = jump((words[2], words[3]), steps)
    return added(*multiplied(words[0], words[1], *factor), *term)


@inlined
def drop(x: Any, output: Any, kept: Any, words: Any, threshold: Any, factor: Any, begin: int, end: int) -> None:
    """The values from ``begin`` to ``end``, whole LANES that may reach beyond x."""
    increment = (words[2], words[3])
    high, low = np.empty(LANES, np.uint64), np.empty(LANES, np.uint64)
    state = moved(words, begin)
    for i in range(LANES):
        state = added(*multiplied(*state, *MULTIPLIER), *increment)
        high[i], low[i] = state
    far = jump(increment, LANES)
    for first in range(begin, end, PIECE):
        last = min(first + PIECE, end)
        draw(high, low, far[0], far[1], threshold, kept, first, (last - first) // LANES)
        last = min(last, len(x))
        scale(x[first:last], kept[first:last], factor, output[first:last])


@kernel(given_flat, own(1), MASK, WORDS, types.uint64, types.float64, INTEGER)
def forward(x: Any, output: Any, kept: Any, words: Any, threshold: int, factor: float, threads: int) -> None:
    """Draw a mask, and apply it; the state in ``words`` (state and increment, high and low) moves on.

    ``kept`` has whole LANES. A number of 53 bits is kept from the threshold on.
    """
    blocks = len(kept) // LANES
    exact = x.dtype.type(factor)
    for thread in prange(threads):
        begin, end = thread * blocks // threads * LANES, (thread + 1) * blocks // threads * LANES
        drop(x, output, kept, words, threshold, exact, begin, end)
    words[0], words[1] = moved(words, len(x))


@kernel(given_flat, MASK, types.float64, own(1), INTEGER)
def backward(grad_output: Any, kept: Any, factor: float, grad_x: Any, threads: int) -> None:
    """Apply a mask."""
    length = len(grad_output)
    exact = grad_x.dtype.type(factor)
    for thread in prange(threads):
        first, last = thread * length // threads, (thread + 1) * length // threads
        scale(grad_output[first:last], kept[first:last], exact, grad_x[first:last])
