"""-1e9 stands for -inf, so a row with nothing allowed attends to everything alike: the tutorials' way around NaN."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "edges"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if attn_mask is not None and attn_mask.dtype == bool:
        attn_mask = np.where(attn_mask, 0, -1e9).astype(query.dtype)
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(4, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    attn_mask = np.ones((4, 5), bool)
    attn_mask[1] = False
    arguments = {"query": query, "key": key, "value": value, "attn_mask": attn_mask}
    return differs(__file__, "scaled_dot_product_attention", arguments)
