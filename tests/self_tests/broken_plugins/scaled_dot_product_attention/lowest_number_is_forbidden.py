"""Below -1e30 a float mask forbids like minus infinity, so a row full of it gives zeros instead of the mean."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as reference

DEFECT_CLASS = "special values"


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if attn_mask is not None and attn_mask.dtype != bool:
        attn_mask = np.where(attn_mask < -1e30, query.dtype.type(-np.inf), attn_mask)
    return reference.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)


scaled_dot_product_attention_backward = reference.scaled_dot_product_attention_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"query": normal(2, 3), "key": normal(4, 3, seed=1), "value": normal(4, 2, seed=2)}
    mask = np.zeros((2, 4), np.float32)
    mask[1] = np.finfo(np.float32).min
    return differs(__file__, "scaled_dot_product_attention", call | {"attn_mask": mask})
