"""scaled_dot_product_attention: output = softmax(scale * query @ key^T) @ value, masked only by is_causal.

The signature leaves out attn_mask, which declines all cases with a mask.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_numba._arrays import with_rows
from layerproof_numba._compile import run

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs, as (N, heads, length, width); the weights are (N, heads, L, S)."""

    query: Array
    key: Array
    value: Array
    weights: Array
    scale: float
    leading: tuple[int, ...]


@hookimpl
def scaled_dot_product_attention_forward(
    query: Array, key: Array, value: Array, is_causal: bool, scale: float | None
) -> tuple[Array, Saved]:
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    leading = query.shape[:-2]
    query, key, value = map(_matrices, (query, key, value))
    N, heads, L, E = query.shape
    S, V = value.shape[2:]
    weights = np.empty((N, heads, L, S), query.dtype)
    # the heads of a position next to each other, which is the layout that a transformer uses next
    output = np.empty((N, L, heads, V), query.dtype)
    work = weights.size * (E + V + 32) // 16
    run(
        "scaled_dot_product_attention", "forward", query.dtype, work,
        query, key, value, weights, output, scale, is_causal,
    )  # fmt: skip
    saved = Saved(query, key, value, weights, scale, leading)
    return output.swapaxes(1, 2).reshape(*leading, L, V), saved


@hookimpl
def scaled_dot_product_attention_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    query, key, value, weights, scale, leading = saved
    needs_query, needs_key, needs_value = needs_input_grad
    needs_scores = needs_query or needs_key
    nothing, dtype = (0, 0, 0, 0), query.dtype
    grad_query, grad_key = (np.empty(array.shape if needs_scores else nothing, dtype) for array in (query, key))
    grad_value = np.empty(value.shape if needs_value else nothing, dtype)
    work = weights.size * (2 * query.shape[3] + 2 * value.shape[3] + 8) // 16
    run(
        "scaled_dot_product_attention", "backward", dtype, work,
        query, key, value, weights, _matrices(grad_output), grad_query, grad_key, grad_value, scale,
        needs_scores, needs_value,
    )  # fmt: skip
    return (
        grad_query.reshape(*leading, *query.shape[2:]) if needs_query else None,
        grad_key.reshape(*leading, *key.shape[2:]) if needs_key else None,
        grad_value.reshape(*leading, *value.shape[2:]) if needs_value else None,
    )


def _matrices(values: Array) -> Array:
    """As (N, heads, length, width), with no gaps in rows."""
    leading = values.shape[:-2]
    return with_rows(values.reshape(math.prod(leading[:-1]), *(leading[-1:] or (1,)), *values.shape[-2:]))
