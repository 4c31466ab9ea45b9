"""A float mask of full size takes the scores in, in place, and is spoilt for the next layer: beta=1 of a BLAS call."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "mutation"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    output, saved = right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)
    if attn_mask is not None and attn_mask.dtype != bool and attn_mask.shape == saved.weights.shape:
        attn_mask += (query * saved.scale) @ key.swapaxes(-1, -2)
    return output, saved


def witness() -> str:
    from witnesses import normal, writes

    query, key, value = normal(4, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    arguments = {"query": query, "key": key, "value": value, "attn_mask": normal(4, 5, seed=3)}
    return writes(__file__, "scaled_dot_product_attention", arguments)
