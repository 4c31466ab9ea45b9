"""-inf less the maximum -inf is NaN in a row with nothing allowed: the softmax of a textbook below a mask."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "edges"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    scores = (query * scale) @ key.swapaxes(-1, -2)
    if is_causal:
        attn_mask = np.tri(*scores.shape[-2:], dtype=bool)
    if attn_mask is not None and attn_mask.dtype == bool:
        attn_mask = np.where(attn_mask, 0, -np.inf).astype(query.dtype)
    if attn_mask is not None:
        scores = scores + attn_mask
    powers = np.exp(scores - scores.max(-1, keepdims=True, initial=-np.inf))
    weights = powers / powers.sum(-1, keepdims=True)
    return weights @ value, right.Saved(query, key, value, weights, scale)


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(4, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    attn_mask = np.ones((4, 5), bool)
    if differs(
        __file__, "scaled_dot_product_attention", {"query": query, "key": key, "value": value, "attn_mask": attn_mask}
    ):
        return ""
    attn_mask[1] = False
    arguments = {"query": query, "key": key, "value": value, "attn_mask": attn_mask}
    return differs(__file__, "scaled_dot_product_attention", arguments)
