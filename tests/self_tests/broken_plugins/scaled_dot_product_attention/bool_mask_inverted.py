"""True in a bool mask means "leave out", as it does in the module MultiheadAttention, and not "take part"."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "attributes"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if attn_mask is not None and attn_mask.dtype == bool:
        attn_mask = np.logical_not(attn_mask)
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(4, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    arguments = {"query": query, "key": key, "value": value, "attn_mask": normal(4, 5, seed=3) > -0.5}
    return differs(__file__, "scaled_dot_product_attention", arguments)
