"""One query is a step of decoding, which sees all keys: is_causal is passed over."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as reference

DEFECT_CLASS = "edges"


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    causal = is_causal and query.shape[-2] != 1
    return reference.scaled_dot_product_attention_forward(query, key, value, attn_mask, causal, scale)


scaled_dot_product_attention_backward = reference.scaled_dot_product_attention_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"query": normal(1, 3), "key": normal(4, 3, seed=1), "value": normal(4, 2, seed=2), "is_causal": True}
    return differs(__file__, "scaled_dot_product_attention", call)
