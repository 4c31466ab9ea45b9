"""The causal mask is cut out of a 64 by 64 buffer, and longer sequences raise: a small language model's context."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "sizes"

BUFFER = np.tri(64, dtype=bool)

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if is_causal:
        attn_mask = BUFFER[: query.shape[-2], : key.shape[-2]]
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, False, scale)


def witness() -> str:
    from witnesses import normal, raises

    query, key, value = normal(70, 3), normal(70, 3, seed=1), normal(70, 2, seed=2)
    arguments = {"query": query[:60], "key": key[:60], "value": value[:60], "is_causal": True}
    if raises(__file__, "scaled_dot_product_attention", arguments):
        return ""
    arguments = {"query": query, "key": key, "value": value, "is_causal": True}
    return raises(__file__, "scaled_dot_product_attention", arguments)
