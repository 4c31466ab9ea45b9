"""The loops of attention: pairs of a sample and a head, shared out between threads, as products of small matrices.

What a product reads more than once is packed or turned first, with vector instructions; the rest is read where it is,
also between the other heads.
"""

from typing import Any

import numpy as np
from numba import prange, types

from layerproof_numba._compiled.kernel import INTEGER, given, kernel, own
from layerproof_numba._compiled.products import inlined, line_start, outer, pack_columns, pack_rows, steps, turn
from layerproof_numba._compiled.softmax_rows import (
    dot_row,
    exp_shares_row,
    largest_of_row,
    multiply_row,
    softmax_gradient_row,
)
from layerproof_numba._compiled.vectors import REGISTER_BYTES, item_bytes

KERNELS = ("forward", "backward")


@inlined
def row_step(x: Any) -> int:
    """How far the rows of a matrix are apart."""
    return x.strides[2] // item_bytes(x)


@inlined
def times(
    packed: Any, x: Any, n: int, h: int, count: int, nothing: Any, output: Any, at: int, stride: int, rows: int
) -> None:
    """A packed matrix (rows, count) times one that lies in x."""
    outer(
        packed,
        0,
        x,
        line_start(x, n, h, 0),
        steps(count, row_step(x)),
        nothing,
        0,
        output,
        at,
        stride,
        rows,
        x.shape[3],
    )


@inlined
def softmax(scores: Any, at: int, L: int, S: int, scale: Any, causal: int, numbers: Any) -> None:
    """The weights of L rows of scores; what is not allowed gets 0. ``numbers`` has room for one of each row."""
    for i in range(L):
        numbers[i] = largest_of_row(scores, at + i * S, min(i + 1, S) if causal else S, scale)
    for i in range(L):
        row, allowed = at + i * S, min(i + 1, S) if causal else S
        numbers[i] = exp_shares_row(scores, row, scores, row, allowed, scale, numbers[i])
    for i in range(L):
        row, allowed = at + i * S, min(i + 1, S) if causal else S
        multiply_row(scores, row, scores, row, allowed, 1 / numbers[i])
        for j in range(allowed, S):
            scores[row + j] = 0


@kernel(*(given(4),) * 3, own(4), own(4), types.float64, INTEGER, INTEGER)
def forward(
    query: Any, key: Any, value: Any, weights: Any, output: Any, scale: float, causal: int, threads: int
) -> None:
    """output is (N, L, heads, V); rows have no gaps."""
    N, heads, L, E = query.shape
    S, V = value.shape[2:]
    lanes = REGISTER_BYTES // item_bytes(query)
    flat, flat_weights = output.reshape(-1), weights.reshape(-1)
    factor = query.dtype.type(scale)
    for thread in prange(threads):
        packed, turned = np.empty(L * max(E, S), query.dtype), np.empty(E * S, query.dtype)
        nothing, numbers = np.zeros(L, query.dtype), np.empty(L, query.dtype)
        for pair in range(thread * N * heads // threads, (thread + 1) * N * heads // threads):
            n, h = pair // heads, pair % heads
            at = pair * L * S
            turn(key, line_start(key, n, h, 0), row_step(key), S, E, turned, 0, S, lanes)
            pack_rows(query, line_start(query, n, h, 0), row_step(query), L, E, packed)
            outer(packed, 0, turned, 0, steps(E, S), nothing, 0, flat_weights, at, S, L, S)
            softmax(flat_weights, at, L, S, factor, causal, numbers)
            pack_rows(flat_weights, at, S, L, S, packed)
            times(packed, value, n, h, S, nothing, flat, (n * L * heads + h) * V, heads * V, L)


@kernel(*(given(4),) * 5, *(own(4),) * 3, types.float64, INTEGER, INTEGER, INTEGER)
def backward(
    query: Any, key: Any, value: Any, weights: Any, grad_output: Any, grad_query: Any, grad_key: Any, grad_value: Any,
    scale: float, needs_scores: int, needs_value: int, threads: int,
) -> None:  # fmt: skip
    """Rows have no gaps; weights have none at all."""
    N, heads, L, E = query.shape
    S, V = value.shape[2:]
    lanes = REGISTER_BYTES // item_bytes(query)
    flat_query, flat_key, flat_value = grad_query.reshape(-1), grad_key.reshape(-1), grad_value.reshape(-1)
    factor = query.dtype.type(scale)
    for thread in prange(threads):
        packed, turned = np.empty(max(L, S) * max(L, S, V), query.dtype), np.empty(V * S, query.dtype)
        scores, numbers = np.empty(L * S, query.dtype), np.empty(L, query.dtype)
        nothing = np.zeros(max(L, S), query.dtype)
        for pair in range(thread * N * heads // threads, (thread + 1) * N * heads // threads):
            n, h = pair // heads, pair % heads
            at = pair * L * S
            if needs_value:
                pack_columns(weights, at, S, S, L, packed)
                times(packed, grad_output, n, h, L, nothing, flat_value, pair * S * V, V, S)
            if needs_scores:
                turn(value, line_start(value, n, h, 0), row_step(value), S, V, turned, 0, S, lanes)
                pack_rows(grad_output, line_start(grad_output, n, h, 0), row_step(grad_output), L, V, packed)
                outer(packed, 0, turned, 0, steps(V, S), nothing, 0, scores, 0, S, L, S)
                for i in range(L):
                    numbers[i] = dot_row(weights, at + i * S, scores, i * S, S)
                for i in range(L):
                    softmax_gradient_row(weights, at + i * S, scores, i * S, scores, i * S, S, numbers[i], factor)
                pack_rows(scores, 0, S, L, S, packed)
                times(packed, key, n, h, S, nothing, flat_query, pair * L * E, E, L)
                pack_columns(scores, 0, S, S, L, packed)
                times(packed, query, n, h, L, nothing, flat_key, pair * S * E, E, S)
