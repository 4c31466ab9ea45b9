"""Keys and values in blocks of 4, the softmax online, no matrix of weights ever; backward makes the weights again
(Dao et al.)."""

import math

import numpy as np

from layerproof import hookimpl

UNUSUAL = "algorithm: flash attention"
BLOCK = 4


def blocks(query, key, attn_mask, is_causal, scale):
    """Slices of the keys, each with its scores."""
    queries, keys = query.shape[-2], key.shape[-2]
    for start in range(0, keys, BLOCK):
        part = slice(start, start + BLOCK)
        scores = (query * scale) @ key[..., part, :].swapaxes(-1, -2)
        columns = np.arange(keys)[part]
        if is_causal:
            scores = np.where(np.arange(queries)[:, None] >= columns, scores, -np.inf)
        elif attn_mask is not None:
            mask = attn_mask[..., part] if attn_mask.ndim and attn_mask.shape[-1] != 1 else attn_mask
            scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask
        yield part, scores.astype(query.dtype, copy=False)


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    dtype = query.dtype
    factor = dtype.type(1 / math.sqrt(max(query.shape[-1], 1)) if scale is None else scale)
    top = np.full((*query.shape[:-1], 1), -np.inf, dtype)
    total = np.zeros_like(top)
    output = np.zeros((*query.shape[:-1], value.shape[-1]), dtype)
    with np.errstate(all="ignore"):
        for part, scores in blocks(query, key, attn_mask, is_causal, factor):
            grown = np.maximum(top, scores.max(-1, keepdims=True))
            safe = np.where(np.isneginf(grown), 0, grown)
            shrink, powers = np.exp(top - safe), np.exp(scores - safe)
            total = total * shrink + powers.sum(-1, keepdims=True)
            output = output * shrink + powers @ value[..., part, :]
            top = grown
        nothing = total == 0
        output = output / np.where(nothing, 1, total)
        log_total = np.where(nothing, np.inf, top + np.log(total))
    return output, (query, key, value, attn_mask, is_causal, factor, output, log_total)


@hookimpl
def scaled_dot_product_attention_backward(grad_output, saved):
    query, key, value, attn_mask, is_causal, factor, output, log_total = saved
    grad_query, grad_key, grad_value = np.zeros_like(query), np.zeros_like(key), np.zeros_like(value)
    with np.errstate(all="ignore"):
        inner = (grad_output * output).sum(-1, keepdims=True)
        for part, scores in blocks(query, key, attn_mask, is_causal, factor):
            weights = np.exp(scores - log_total)
            grad_value[..., part, :] = weights.swapaxes(-1, -2) @ grad_output
            grad_scores = weights * (grad_output @ value[..., part, :].swapaxes(-1, -2) - inner)
            grad_query += grad_scores @ key[..., part, :] * factor
            grad_key[..., part, :] = grad_scores.swapaxes(-1, -2) @ query * factor
    return grad_query, grad_key, grad_value
