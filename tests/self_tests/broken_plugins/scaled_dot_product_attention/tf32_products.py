"""query and key are cut to ten bits of mantissa before they meet, as tensor cores do when nobody forbids it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "precision"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


def _tf32(values):
    if values.dtype != np.float32:
        return values
    return (np.ascontiguousarray(values).view(np.uint32) & np.uint32(0xFFFFE000)).view(np.float32)


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    return right.scaled_dot_product_attention_forward(_tf32(query), _tf32(key), value, attn_mask, is_causal, scale)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(8, 16), "key": normal(9, 16, seed=1), "value": normal(9, 4, seed=2)}
    return differs(__file__, "scaled_dot_product_attention", arguments, relative=1e-5)
