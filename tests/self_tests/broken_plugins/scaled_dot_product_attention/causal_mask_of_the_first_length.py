"""The causal mask is remembered by L alone, though S is its other side: a cache added after profiling."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "state"

_masks = {}

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    if is_causal:
        length, keys = query.shape[-2], key.shape[-2]
        attn_mask = _masks.setdefault(length, np.tri(length, keys, dtype=bool))
    return right.scaled_dot_product_attention_forward(query, key, value, attn_mask, False, scale)


def witness() -> str:
    from witnesses import Plugin, normal

    query, key, value = normal(4, 3), normal(6, 3, seed=1), normal(6, 2, seed=2)
    plugin = Plugin(__file__)
    for keys in (4, 6):
        arguments = {"query": query, "key": key[:keys], "value": value[:keys], "is_causal": True}
        try:
            plugin.run("scaled_dot_product_attention", arguments)
        except ValueError as error:
            return f"L = 4 and S = {keys} raise ValueError: {error}"
    return ""
