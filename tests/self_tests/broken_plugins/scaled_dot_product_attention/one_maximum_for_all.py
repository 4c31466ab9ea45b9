"""The largest score of all is subtracted in every row, and rows far below it become 0/0: max() without an axis."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "special values"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if attn_mask is not None or is_causal or not query.size or not key.size:
        return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)
    if scale is None:
        scale = 1 / math.sqrt(query.shape[-1])
    scores = (query * scale) @ key.swapaxes(-1, -2)
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum(-1, keepdims=True)
    return weights @ value, right.Saved(query, key, value, weights, scale)


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(4, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    arguments = {"query": query * np.array([[1], [5000], [1], [1]], np.float32), "key": key, "value": value}
    return differs(__file__, "scaled_dot_product_attention", arguments)
