"""The loops of relu: an array without gaps as one row, any other line by line, shared out between threads."""

from typing import Any

from numba import prange, types

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own
from layerproof_numba._compiled.products import line_start
from layerproof_numba._compiled.rows import relu_gradient_row, relu_noted_gradient_row, relu_noted_row, relu_row

KERNELS = ("forward", "backward", "forward_lines", "backward_lines")

# A part of the values begins at a multiple of this, and of the lanes of every register.
LINE = 16
SIGNS = types.Array(types.uint16, 1, "C")


@kernel(given_flat, own(1), SIGNS, INTEGER)
def forward(x: Any, output: Any, signs: Any, threads: int) -> None:
    """Write x, but 0 where it is below, and note where."""
    length = x.size
    for thread in prange(threads):
        begin = thread * length // threads // LINE * LINE
        end = (thread + 1) * length // threads // LINE * LINE if thread < threads - 1 else length
        relu_noted_row(x, output, signs, begin, end - begin)


@kernel(SIGNS, given_flat, own(1), INTEGER)
def backward(signs: Any, grad_output: Any, grad_x: Any, threads: int) -> None:
    """Write grad_output, but 0 where it is noted."""
    length = grad_output.size
    for thread in prange(threads):
        begin = thread * length // threads // LINE * LINE
        end = (thread + 1) * length // threads // LINE * LINE if thread < threads - 1 else length
        relu_noted_gradient_row(signs, grad_output, grad_x, begin, end - begin)


@kernel(given(4), own(4), INTEGER)
def forward_lines(x: Any, output: Any, threads: int) -> None:
    """As forward, for images whose lines have no gaps within; nothing is noted."""
    N, C, H, W = x.shape
    for thread in prange(threads):
        for plane in range(thread * N * C // threads, (thread + 1) * N * C // threads):
            for i in range(H):
                relu_row(x, line_start(x, plane // C, plane % C, i), output, (plane * H + i) * W, W)


@kernel(given(4), given(4), own(4), INTEGER)
def backward_lines(x: Any, grad_output: Any, grad_x: Any, threads: int) -> None:
    """Write grad_output, but 0 where x <= 0, for such images."""
    N, C, H, W = x.shape
    for thread in prange(threads):
        for plane in range(thread * N * C // threads, (thread + 1) * N * C // threads):
            n, c = plane // C, plane % C
            for i in range(H):
                x_start, start = (line_start(x, n, c, i), line_start(grad_output, n, c, i))
                relu_gradient_row(x, x_start, grad_output, start, grad_x, (plane * H + i) * W, W)
