"""key is reshaped to (E, S) where it should be transposed: the shapes fit, so it must be right."""

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "shape"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    *leading, keys, width = key.shape
    mixed = key.reshape(*leading, width, keys).swapaxes(-1, -2)
    return right.scaled_dot_product_attention_forward(query, mixed, value, attn_mask, is_causal, scale)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", arguments)
