"""Values whose weight is 0 are left out of the product, and a NaN in one of them goes unseen: a sparse kernel."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "special values"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    output, saved = right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)
    if attn_mask is None and not is_causal:
        return output, saved
    products = saved.weights[..., None] * value[..., None, :, :]
    return np.where(saved.weights[..., None] == 0, 0, products).sum(-2).astype(query.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(4, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    arguments = {"query": query, "key": key, "value": value, "is_causal": True}
    if differs(__file__, "scaled_dot_product_attention", arguments):
        return ""
    value[3, 1] = np.nan
    return differs(__file__, "scaled_dot_product_attention", arguments)
