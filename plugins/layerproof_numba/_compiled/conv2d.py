"""The loops of conv2d without columns, for windows that move by one pixel.

Images are padded into a buffer and then seen as one long row, in which each tap of the kernel is a shift. Sums are
made for every place of that row, also where a window would wrap around from one line to the next: 8 % more work in an
image of 26 pixels, and registers that are always full. What wraps around lies in columns that the caller cuts off.

In the buffer of grad_output the wrapped places hold 0, so that they add nothing, unless they meet a NaN or an infinity:
then the caller computes it again with ``_compiled/columns.py``.
"""

from typing import Any

import numpy as np
from numba import prange

from layerproof_numba._compiled.kernel import INTEGER, given, given_flat, kernel, own
from layerproof_numba._compiled.products import dots, inlined, is_finite, outer, pack, put_image
from layerproof_numba._compiled.registers import ROWS
from layerproof_numba._compiled.vectors import item_bytes

KERNELS = ("forward", "backward")

# Bytes of images and gradients that are worked through together: they stay in the second-level cache.
TOGETHER = 600_000


@inlined
def shifts(channels: int, plane: int, taps: int, kernel_width: int, down: int, right: int) -> Any:
    """Where the row of each tap (c, p, q) begins, with lines and pixels ``down`` and ``right`` apart."""
    found = np.empty(channels * taps, np.intp)
    for c in range(channels):
        for tap in range(taps):
            found[c * taps + tap] = c * plane + tap // kernel_width * down + tap % kernel_width * right
    return found


@kernel(given(4), given(4), given_flat, own(4), *(INTEGER,) * 6)
def forward(
    x: Any, weight: Any, bias: Any, output: Any, kernel_width: int, top: int, left: int, down: int, right: int,
    threads: int,
) -> None:  # fmt: skip
    """weight is (groups, O/groups, C/groups, taps); a line of output is as long as a padded line of x."""
    N, C, H = x.shape[:3]
    groups, outputs, channels, taps = weight.shape
    _, filters, rows, line = output.shape
    plane, count = (H + 2 * top) * line, channels * taps
    offsets = shifts(channels, plane, taps, kernel_width, down * line, right)
    width = rows * line - (kernel_width - 1) * right
    packed = np.empty(filters * count, x.dtype)
    for group in range(groups):
        pack(weight[group], packed, group * outputs * count)
    flat = output.reshape(-1)
    blocks = (outputs + ROWS - 1) // ROWS
    shares = 1 if threads <= N else min(threads, blocks)
    for thread in prange(threads):
        image = np.zeros(C * plane, x.dtype)
        held = -1
        for unit in range(thread * N * shares // threads, (thread + 1) * N * shares // threads):
            n, share = unit // shares, unit % shares
            if n != held:
                put_image(x, n, image, top * line + left, plane, line)
                held = n
            first = share * blocks // shares * ROWS
            last = min((share + 1) * blocks // shares * ROWS, outputs)
            for group in range(groups):
                o = group * outputs + first
                outer(
                    packed, o * count, image, group * channels * plane, offsets, bias, o,
                    flat, (n * filters + o) * rows * line, rows * line, last - first, width,
                )  # fmt: skip


@kernel(given(4), given(4), given(4), own(4), own(2), own(2), *(INTEGER,) * 8)
def backward(
    x: Any, weight: Any, grad_output: Any, grad_x: Any, grad_weight: Any, grad_bias: Any, kernel_width: int, top: int,
    left: int, down: int, right: int, needs_x: int, needs_weight: int, threads: int,
) -> bool:  # fmt: skip
    """Return whether grad_weight is finite.

    weight is (groups, C/groups, O/groups, taps), grad_weight (O, count), grad_bias (O, 1); a line of grad_x is as long
    as a padded line of x. weight must be finite if grad_x is needed.
    """
    N, C, H, W = x.shape
    groups, channels, outputs, taps = weight.shape
    filters, rows, columns = grad_output.shape[1:]
    line = W + 2 * left
    plane, count = (H + 2 * top) * line, channels * taps
    length = (rows - 1) * line + columns
    # grad_x is a convolution of grad_output with zeros around it: as many as the kernel reaches, less the padding
    origin = top * line + left
    reach = (taps // kernel_width - 1) * down * line + (kernel_width - 1) * right
    lead = max(reach - origin, 0)
    grad_width = (H - 1) * line + W
    grad_plane = lead + max(rows * line, origin + grad_width)
    x_offsets = shifts(channels, plane, taps, kernel_width, down * line, right)
    grad_offsets = lead + origin + shifts(outputs, grad_plane, taps, kernel_width, -down * line, -right)
    packed = np.empty(C * outputs * taps, x.dtype)
    nothing = np.zeros(C, x.dtype)
    if needs_x:
        for group in range(groups):
            pack(weight[group], packed, group * channels * outputs * taps)
    together = min(max(1, TOGETHER // ((C * plane + filters * grad_plane) * item_bytes(x))), max(1, N // threads))
    parts = np.zeros(threads * filters * count, x.dtype)
    bias_parts = np.zeros(threads * filters, x.dtype)
    flat = grad_x.reshape(-1)
    nowhere = np.zeros(1, np.intp)
    for thread in prange(threads):
        images = np.zeros(together * C * plane, x.dtype)
        gradients = np.zeros(together * filters * grad_plane, x.dtype)
        ones = np.ones(length, x.dtype)
        end = (thread + 1) * N // threads
        for begin in range(thread * N // threads, end, together):
            some = min(together, end - begin)
            for k in range(some):
                if needs_weight:
                    put_image(x, begin + k, images, k * C * plane + origin, plane, line)
                put_image(grad_output, begin + k, gradients, k * filters * grad_plane + lead, grad_plane, line)
            repeats = (some, filters * grad_plane, 0)
            dots(
                gradients, lead, grad_plane, ones, 0, nowhere, filters, length, repeats, bias_parts, thread * filters, 1
            )
            if needs_weight:
                repeats = (some, filters * grad_plane, C * plane)
                for group in range(groups):
                    o = group * outputs
                    dots(
                        gradients, o * grad_plane + lead, grad_plane, images, group * channels * plane, x_offsets,
                        outputs, length, repeats, parts, (thread * filters + o) * count, count,
                    )  # fmt: skip
            if needs_x:
                for k in range(some):
                    for group in range(groups):
                        c = group * channels
                        outer(
                            packed, c * outputs * taps, gradients, (k * filters + group * outputs) * grad_plane,
                            grad_offsets, nothing, c, flat, ((begin + k) * C + c) * H * line, H * line, channels,
                            grad_width,
                        )  # fmt: skip
    for thread in range(threads):
        for o in range(filters):
            grad_bias[o, 0] += bias_parts[thread * filters + o]
            for k in range(count):
                grad_weight[o, k] += parts[(thread * filters + o) * count + k]
    return is_finite(grad_weight.reshape(-1))
