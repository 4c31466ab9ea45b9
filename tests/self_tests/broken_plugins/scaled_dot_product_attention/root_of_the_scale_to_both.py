"""query and key are each multiplied by the root of the scale, which a scale below 0 does not have."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as reference

DEFECT_CLASS = "attributes"


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    factor = 1 / math.sqrt(max(query.shape[-1], 1)) if scale is None else scale
    if factor < 0:
        factor = np.nan
    return reference.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, factor)


scaled_dot_product_attention_backward = reference.scaled_dot_product_attention_backward


def witness() -> str:
    from witnesses import differs, normal

    call = {"query": normal(2, 3), "key": normal(4, 3, seed=1), "value": normal(4, 2, seed=2), "scale": -0.5}
    return differs(__file__, "scaled_dot_product_attention", call)
