"""The weights are multiplied by the mask after softmax and no longer add up to 1: someone who finds -inf ugly."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "formula"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if is_causal:
        attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
    if attn_mask is None or attn_mask.dtype != bool:
        return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, False, scale)
    _, saved = right.scaled_dot_product_attention_forward(query, key, value, None, False, scale)
    weights = saved.weights * attn_mask
    return weights @ saved.value, saved._replace(weights=weights)


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(4, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    arguments = {"query": query, "key": key, "value": value, "attn_mask": normal(4, 5, seed=3) > -0.5}
    return differs(__file__, "scaled_dot_product_attention", arguments)
