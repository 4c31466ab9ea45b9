"""scaled_dot_product_attention: torch.nn.functional.scaled_dot_product_attention."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layerproof import hookimpl
from layerproof_torch._autograd import Graph, backward, forward

Array = NDArray[Any]


@hookimpl
def scaled_dot_product_attention_forward(
    query: Array, key: Array, value: Array, attn_mask: Array | None, is_causal: bool, scale: float | None
) -> tuple[Array, Graph]:
    if is_causal and scale is not None and scale <= 0:
        # PyTorch 2.13 may multiply the -inf of its own causal mask by the scale, which makes it NaN or +inf
        attn_mask, is_causal = np.tri(query.shape[-2], key.shape[-2], dtype=bool), False
    return forward(
        "scaled_dot_product_attention",
        {"query": query, "key": key, "value": value},
        attn_mask=attn_mask,
        is_causal=is_causal,
        scale=scale,
    )


@hookimpl
def scaled_dot_product_attention_backward(
    grad_output: Array, saved: Graph, needs_input_grad: tuple[bool, ...]
) -> tuple[Array | None, ...]:
    return backward(grad_output, saved, needs_input_grad)
