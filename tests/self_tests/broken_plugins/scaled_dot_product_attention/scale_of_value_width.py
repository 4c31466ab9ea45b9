"""The scale is the root of the width of value, which is that of query in every model but not in the contract."""

import math

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "shape"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    used = 1 / math.sqrt(max(value.shape[-1], 1)) if scale is None else scale
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, used)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1)}
    if differs(__file__, "scaled_dot_product_attention", {**arguments, "value": normal(5, 3, seed=2)}):
        return ""
    return differs(__file__, "scaled_dot_product_attention", {**arguments, "value": normal(5, 2, seed=2)})
