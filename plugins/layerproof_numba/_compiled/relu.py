"""The loops of relu: rows of an array, shared out between threads."""

from typing import Any

from numba import prange

from layerproof_numba._compiled.kernel import INTEGER, given, kernel, own
from layerproof_numba._compiled.products import line_start
from layerproof_numba._compiled.registers import relu_row

KERNELS = ("mask",)


@kernel(given(4), given(4), own(4), INTEGER)
def mask(x: Any, values: Any, output: Any, threads: int) -> None:
    """Write values, but 0 where x <= 0; rows have no gaps."""
    first, second, third, length = x.shape
    rows = first * second * third
    for thread in prange(threads):
        if rows < threads:
            begin, end = thread * length // threads, (thread + 1) * length // threads
            for row in range(rows):
                c, i = row // third, row % third
                x_start = line_start(x, c // second, c % second, i) + begin
                values_start = line_start(values, c // second, c % second, i) + begin
                relu_row(x, x_start, values, values_start, output, row * length + begin, end - begin)
        else:
            for row in range(thread * rows // threads, (thread + 1) * rows // threads):
                c, i = row // third, row % third
                x_start = line_start(x, c // second, c % second, i)
                values_start = line_start(values, c // second, c % second, i)
                relu_row(x, x_start, values, values_start, output, row * length, length)
