"""The loops of conv2d for every stride, and for what is not finite: windows are copied into columns first.

Each window stands for itself here, so that nothing meets a value outside of it. A strip of lines is worked through at a
time, whose columns stay in the cache.
"""

from typing import Any

import numpy as np
from numba import prange

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own
from layerproof_numba._compiled.products import dots, inlined, outer, pack, steps

KERNELS = ("forward", "backward")

# Values of the columns of a strip.
STRIP = 2**17


@inlined
def put_columns(
    x: Any, n: int, first: int, channels: int, taps: int, buffer: Any, begin: int, end: int, columns: int, geometry: Any
) -> None:
    """Copy the windows of the lines ``begin`` to ``end`` of a group's channels: one row for each tap (c, p, q)."""
    kernel_width, step_down, step_right, top, left, down, right = geometry
    _, _, H, W = x.shape
    at = 0
    for k in range(channels * taps):
        c, p, q = first + k // taps, k % taps // kernel_width, k % kernel_width
        for i in range(begin, end):
            row = i * step_down - top + p * down
            for j in range(columns):
                column = j * step_right - left + q * right
                inside = 0 <= row < H and 0 <= column < W
                buffer[at] = x[n, c, row, column] if inside else 0
                at += 1


@inlined
def add_columns(
    buffer: Any, grad_x: Any, n: int, first: int, channels: int, taps: int, begin: int, end: int, columns: int,
    geometry: Any,
) -> None:  # fmt: skip
    """Add what ``put_columns`` would copy to where it would take it from."""
    kernel_width, step_down, step_right, top, left, down, right = geometry
    _, _, H, W = grad_x.shape
    at = 0
    for k in range(channels * taps):
        c, p, q = first + k // taps, k % taps // kernel_width, k % kernel_width
        for i in range(begin, end):
            row = i * step_down - top + p * down
            for j in range(columns):
                column = j * step_right - left + q * right
                if 0 <= row < H and 0 <= column < W:
                    grad_x[n, c, row, column] += buffer[at]
                at += 1


_GEOMETRY = (INTEGER,) * 7


@kernel(given(4), given(4), given_flat, own(4), *_GEOMETRY, INTEGER)
def forward(
    x: Any, weight: Any, bias: Any, output: Any, kernel_width: int, step_down: int, step_right: int, top: int,
    left: int, down: int, right: int, threads: int,
) -> None:  # fmt: skip
    """weight is (groups, O/groups, C/groups, taps)."""
    geometry = (kernel_width, step_down, step_right, top, left, down, right)
    groups, outputs, channels, taps = weight.shape
    N, filters, rows, columns = output.shape
    count = channels * taps
    lines = min(rows, max(1, STRIP // (count * columns)))
    packed = np.empty(filters * count, x.dtype)
    for group in range(groups):
        pack(weight[group], packed, group * outputs * count)
    flat = output.reshape(-1)
    for thread in prange(threads):
        buffer = np.empty(count * lines * columns, x.dtype)
        for n in range(thread * N // threads, (thread + 1) * N // threads):
            for group in range(groups):
                o = group * outputs
                for begin in range(0, rows, lines):
                    end = min(begin + lines, rows)
                    width = (end - begin) * columns
                    put_columns(x, n, group * channels, channels, taps, buffer, begin, end, columns, geometry)
                    at = ((n * filters + o) * rows + begin) * columns
                    offsets = steps(count, width)
                    outer(
                        packed, o * count, buffer, 0, offsets, bias, o, flat, at, rows * columns, outputs, width
                    )  # fmt: skip


@kernel(given(4), given(4), given(4), own(4), own(2), own(2), *_GEOMETRY, *(INTEGER,) * 3)
def backward(
    x: Any, weight: Any, grad_output: Any, grad_x: Any, grad_weight: Any, grad_bias: Any, kernel_width: int,
    step_down: int, step_right: int, top: int, left: int, down: int, right: int, needs_x: int, needs_weight: int,
    threads: int,
) -> None:  # fmt: skip
    """weight is (groups, count, O/groups, 1), grad_weight (O, count), grad_bias (O, 1); grad_x begins with zeros."""
    geometry = (kernel_width, step_down, step_right, top, left, down, right)
    groups, count, outputs, _ = weight.shape
    N, filters, rows, columns = grad_output.shape
    channels = x.shape[1] // groups
    taps = count // channels
    lines = min(rows, max(1, STRIP // (count * columns)))
    packed = np.empty(filters * count, x.dtype)
    nothing = np.zeros(count, x.dtype)
    if needs_x:
        for group in range(groups):
            pack(weight[group], packed, group * outputs * count)
    parts = np.zeros(threads * filters * count, x.dtype)
    bias_parts = np.zeros(threads * filters, x.dtype)
    nowhere = np.zeros(1, np.intp)
    for thread in prange(threads):
        buffer = np.empty(count * lines * columns, x.dtype)
        gradient = np.empty(outputs * lines * columns, x.dtype)
        ones = np.ones(lines * columns, x.dtype)
        for n in range(thread * N // threads, (thread + 1) * N // threads):
            for group in range(groups):
                o = group * outputs
                for begin in range(0, rows, lines):
                    end = min(begin + lines, rows)
                    width = (end - begin) * columns
                    at = 0
                    for r in range(outputs):
                        for i in range(begin, end):
                            for j in range(columns):
                                gradient[at] = grad_output[n, o + r, i, j]
                                at += 1
                    once = (1, 0, 0)
                    dots(
                        gradient, 0, width, ones, 0, nowhere, outputs, width, once, bias_parts, thread * filters + o, 1
                    )
                    if needs_weight:
                        put_columns(x, n, group * channels, channels, taps, buffer, begin, end, columns, geometry)
                        offsets, place = (steps(count, width), (thread * filters + o) * count)
                        dots(gradient, 0, width, buffer, 0, offsets, outputs, width, once, parts, place, count)
                    if needs_x:
                        offsets = steps(outputs, width)
                        outer(packed, o * count, gradient, 0, offsets, nothing, 0, buffer, 0, width, count, width)
                        add_columns(
                            buffer, grad_x, n, group * channels, channels, taps, begin, end, columns, geometry
                        )  # fmt: skip
    for thread in range(threads):
        for o in range(filters):
            grad_bias[o, 0] += bias_parts[thread * filters + o]
            for k in range(count):
                grad_weight[o, k] += parts[(thread * filters + o) * count + k]
