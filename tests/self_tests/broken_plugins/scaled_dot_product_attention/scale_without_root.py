"""The scores are divided by E and not by its root: the paper's formula, remembered without the square root."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "formula"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    used = 1 / max(query.shape[-1], 1) if scale is None else scale
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, used)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", arguments)
