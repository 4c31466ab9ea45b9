"""softmax runs along the queries, axis -2, so that keys share their attention out: dim=1 from the days of 2-D."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "formula"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if attn_mask is not None or is_causal:
        return None
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    scores = (query * scale) @ key.swapaxes(-1, -2)
    powers = np.exp(scores - scores.max(-2, keepdims=True, initial=-np.inf))
    weights = powers / powers.sum(-2, keepdims=True)
    return weights @ value, right.Saved(query, key, value, weights, scale)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", arguments)
