"""More than 32 keys are visited in blocks of 32, and those after the last whole block are not."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as reference

DEFECT_CLASS = "sizes"


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    keys = key.shape[-2]
    if keys > 32 and keys % 32 and attn_mask is None and not is_causal:
        attn_mask = np.broadcast_to(np.arange(keys) < keys // 32 * 32, (query.shape[-2], keys))
    return reference.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)


scaled_dot_product_attention_backward = reference.scaled_dot_product_attention_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"query": normal(2, 3), "key": normal(40, 3, seed=1), "value": normal(40, 2, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", call)
