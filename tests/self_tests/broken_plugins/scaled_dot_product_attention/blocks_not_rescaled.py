"""Beyond 64 keys online softmax forgets to rescale the sum so far to the new maximum: a flash attention by heart."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "sizes"

BLOCK = 64

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    output, saved = right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)
    keys = key.shape[-2]
    if keys <= BLOCK or attn_mask is not None or is_causal:
        return output, saved
    top = np.full((*query.shape[:-1], 1), -np.inf, query.dtype)
    total, sums = np.zeros_like(top), np.zeros_like(output)
    for start in range(0, keys, BLOCK):
        block = slice(start, start + BLOCK)
        scores = saved.scale * query @ key[..., block, :].swapaxes(-1, -2)
        new_top = np.maximum(top, scores.max(-1, keepdims=True))
        powers = np.exp(scores - new_top)
        total = total * np.exp(top - new_top) + powers.sum(-1, keepdims=True)
        sums, top = sums + powers @ value[..., block, :], new_top
    return sums / total, saved


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(4, 3), normal(70, 3, seed=1), normal(70, 2, seed=2)
    arguments = {"query": query, "key": key[:64], "value": value[:64]}
    if differs(__file__, "scaled_dot_product_attention", arguments):
        return ""
    return differs(__file__, "scaled_dot_product_attention", {"query": query, "key": key, "value": value})
