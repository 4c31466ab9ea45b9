"""A float mask is added before the scores are scaled, so that it is scaled with them."""

import math

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as reference

DEFECT_CLASS = "attributes"


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    factor = 1 / math.sqrt(max(query.shape[-1], 1)) if scale is None else scale
    if attn_mask is not None and attn_mask.dtype != bool and factor > 0:
        attn_mask = attn_mask * query.dtype.type(factor)
    return reference.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)


scaled_dot_product_attention_backward = reference.scaled_dot_product_attention_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"query": normal(2, 3), "key": normal(4, 3, seed=1), "value": normal(4, 2, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", call | {"attn_mask": normal(2, 4, seed=3)})
