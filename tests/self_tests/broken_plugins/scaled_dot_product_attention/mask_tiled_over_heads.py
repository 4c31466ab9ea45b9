"""The masks of samples are tiled over batch and heads and not repeated: repeat in place of repeat_interleave."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "shape"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if attn_mask is not None and attn_mask.ndim == 4 and attn_mask.size:
        masks = attn_mask.reshape(-1, *attn_mask.shape[2:])
        heads = math.prod(query.shape[:2])
        attn_mask = np.tile(masks, (heads // len(masks), 1, 1)).reshape(*query.shape[:2], *masks.shape[1:])
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"query": normal(2, 3, 4, 5), "key": normal(2, 3, 6, 5, seed=1), "value": normal(2, 3, 6, 2, seed=2)}
    arguments["attn_mask"] = normal(1, 3, 4, 6, seed=3)
    if differs(__file__, "scaled_dot_product_attention", arguments):
        return ""
    arguments["attn_mask"] = normal(2, 1, 4, 6, seed=3)
    return differs(__file__, "scaled_dot_product_attention", arguments)
