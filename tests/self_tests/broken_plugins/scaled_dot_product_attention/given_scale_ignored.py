"""scale is always 1 / sqrt(E), whatever is given: the argument was added to the signature and nowhere else."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "attributes"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, None)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2), "scale": 0.25}
    return differs(__file__, "scaled_dot_product_attention", arguments)
