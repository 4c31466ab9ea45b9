"""backward computes the weights again, as flash attention does, and adds no float mask: someone who had bool masks."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "gradient"


@hookimpl
def scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale):
    output, _ = right.scaled_dot_product_attention_forward(query, key, value, attn_mask, is_causal, scale)
    kept = attn_mask if attn_mask is None or attn_mask.dtype == bool else np.isfinite(attn_mask)
    return output, (query, key, value, kept, is_causal, scale)


@hookimpl
def scaled_dot_product_attention_backward(grad_output, saved, needs_input_grad):
    _, again = right.scaled_dot_product_attention_forward(*saved)
    return right.scaled_dot_product_attention_backward(grad_output, again, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    query, key, value = normal(4, 3), normal(5, 3, seed=1), normal(5, 2, seed=2)
    arguments = {"query": query, "key": key, "value": value, "attn_mask": normal(4, 5, seed=3)}
    return differs(__file__, "scaled_dot_product_attention", arguments)
