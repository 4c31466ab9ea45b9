"""A mask with one column (a choice of queries) is turned into one with one row where L and S are equal."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as reference

DEFECT_CLASS = "attributes"


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if attn_mask is not None and attn_mask.ndim > 1 and attn_mask.shape[-1] == 1 and query.shape[-2] == key.shape[-2]:
        attn_mask = attn_mask.swapaxes(-1, -2)
    return reference.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)


scaled_dot_product_attention_backward = reference.scaled_dot_product_attention_backward


def witness() -> str:
    import numpy as np
    from witnesses import differs, normal

    call = {"query": normal(3, 3), "key": normal(3, 3, seed=1), "value": normal(3, 2, seed=2)}
    mask = np.array([[True], [False], [True]])
    return differs(__file__, "scaled_dot_product_attention", call | {"attn_mask": mask})
