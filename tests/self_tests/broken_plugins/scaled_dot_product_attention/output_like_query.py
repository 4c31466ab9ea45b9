"""The output is allocated like query, and a value of another width does not fit in: no model of the author had one."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "shape"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    output = np.empty_like(query, order="C")
    output[...], saved = right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)
    return output, saved


def witness() -> str:
    from witnesses import normal, raises

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2)}
    return raises(__file__, "scaled_dot_product_attention", arguments)
