"""One query after the other, in float64; nothing but the arguments is saved, and backward computes all again."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "a loop over queries; everything recomputed in backward"


def weights_of(query, key, mask, factor):
    """The weights of one query, for all leading places: (..., S)."""
    scores = (key @ query[..., None])[..., 0] * factor
    if mask is not None:
        scores = scores + mask
    if not scores.shape[-1]:
        return scores
    top = scores.max(axis=-1, keepdims=True)
    powers = np.exp(scores - np.where(np.isneginf(top), 0, top))
    total = powers.sum(axis=-1, keepdims=True)
    return np.where(np.isneginf(top), 0.0, powers / np.where(total == 0, 1, total))


def prepared(query, key, attn_mask, is_causal, scale):
    L, S = query.shape[-2], key.shape[-2]
    factor = scale if scale is not None else 1 / math.sqrt(max(query.shape[-1], 1))
    if is_causal:
        attn_mask = np.arange(S) <= np.arange(L)[:, None]
    if attn_mask is None:
        return factor, [None] * L
    if attn_mask.dtype == bool:
        attn_mask = np.where(attn_mask, 0.0, -np.inf)
    full = np.broadcast_to(attn_mask, (*query.shape[:-2], L, S)).astype(np.float64)
    return factor, [full[..., i, :] for i in range(L)]


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    q, k, v = (array.astype(np.float64) for array in (query, key, value))
    output = np.empty((*query.shape[:-1], value.shape[-1]), query.dtype)
    with np.errstate(all="ignore"):
        factor, masks = prepared(q, k, attn_mask, is_causal, scale)
        for i, mask in enumerate(masks):
            output[..., i, :] = (weights_of(q[..., i, :], k, mask, factor)[..., None, :] @ v)[..., 0, :]
    return output, (query, key, value, attn_mask, is_causal, scale)


@hookimpl
def scaled_dot_product_attention_backward(grad_output, saved):
    query, key, value, attn_mask, is_causal, scale = saved
    q, k, v, g = (array.astype(np.float64) for array in (query, key, value, grad_output))
    grad_q, grad_k, grad_v = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    with np.errstate(all="ignore"):
        factor, masks = prepared(q, k, attn_mask, is_causal, scale)
        for i, mask in enumerate(masks):
            weights = weights_of(q[..., i, :], k, mask, factor)
            grad_v += weights[..., None] * g[..., i : i + 1, :]
            grad_weights = (v @ g[..., i, :, None])[..., 0]
            inner = weights * (grad_weights - (weights * grad_weights).sum(axis=-1, keepdims=True)) * factor
            grad_q[..., i, :] = (inner[..., None, :] @ k)[..., 0, :]
            grad_k += inner[..., None] * q[..., i : i + 1, :]
        return tuple(array.astype(query.dtype) for array in (grad_q, grad_k, grad_v))
