"""The causal mask is aligned with the last key, not the first, and L != S goes wrong: another library's convention."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "formula"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if is_causal:
        length, keys = query.shape[-2], key.shape[-2]
        attn_mask = np.tri(length, keys, keys - length, dtype=bool)
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, False, scale)


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(5, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    arguments = {"query": query, "key": key, "value": value, "is_causal": True}
    if differs(__file__, "scaled_dot_product_attention", arguments):
        return ""
    return differs(__file__, "scaled_dot_product_attention", {**arguments, "query": query[:3]})
