"""scaled_dot_product_attention: output = softmax(scale * query @ key^T + mask) @ value."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl

Array = NDArray[Any]


class Saved(NamedTuple):
    """What backward needs."""

    query: Array
    key: Array
    value: Array
    weights: Array
    scale: float


@hookimpl
def scaled_dot_product_attention_forward(
    query: Array, key: Array, value: Array, attn_mask: Array | None, is_causal: bool, scale: float | None
) -> tuple[Array, Saved]:
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    # matmul hands contiguous matrices to BLAS; others it would add up term by term
    query, key, value = map(np.ascontiguousarray, (query, key, value))
    with np.errstate(all="ignore"):
        scores = (query * scale) @ _transposed(key)
        if is_causal:
            attn_mask = np.tri(*scores.shape[-2:], dtype=bool)
        if attn_mask is not None:
            scores += _added(attn_mask, scores.dtype)
        weights = _softmax(scores)
        return weights @ value, Saved(query, key, value, weights, scale)


@hookimpl
def scaled_dot_product_attention_backward(
    grad_output: Array, saved: Saved, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, ...]:
    # output = weights @ value is linear in both:
    #     grad_value = weights^T @ grad_output,  grad_weights = grad_output @ value^T.
    # Softmax, d weights[j] / d scores[k] = weights[j] * ((j == k) - weights[k]), gives
    #     grad_scores[k] = weights[k] * (grad_weights[k] - sum over j of weights[j] * grad_weights[j]),
    # and scores = scale * query @ key^T is linear in both again.
    query, key, value, weights, scale = saved
    grad_output = np.ascontiguousarray(grad_output)
    grad_query = grad_key = grad_value = None
    with np.errstate(all="ignore"):
        if needs_input_grad[0] or needs_input_grad[1]:
            grad_weights = grad_output @ _transposed(value)
            total = (weights * grad_weights).sum(axis=-1, keepdims=True)
            grad_scores = weights * (grad_weights - total) * np.asarray(scale, weights.dtype)
            if needs_input_grad[0]:
                grad_query = grad_scores @ key
            if needs_input_grad[1]:
                grad_key = _transposed(grad_scores) @ query
        if needs_input_grad[2]:
            grad_value = _transposed(weights) @ grad_output
    return grad_query, grad_key, grad_value


def _transposed(matrices: Array) -> Array:
    return matrices.swapaxes(-1, -2)


def _added(attn_mask: Array, dtype: np.dtype[Any]) -> Array:
    """The mask as numbers to add: what is not allowed gets the score -inf."""
    if attn_mask.dtype != bool:
        return attn_mask
    return np.where(attn_mask, 0, -np.inf).astype(dtype)


def _softmax(scores: Array) -> Array:
    top = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    # where nothing is allowed the maximum is -inf, and -inf - -inf would be NaN; with 0 for it all powers are 0
    powers = np.exp(scores - np.where(top == -np.inf, 0, top))
    total = powers.sum(axis=-1, keepdims=True)
    weights: Array = powers / np.where(total == 0, 1, total)
    return weights
