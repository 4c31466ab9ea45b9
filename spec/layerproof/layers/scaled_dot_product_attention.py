"""scaled_dot_product_attention: Attention of queries to keys and values.

scores  = scale * query @ key^T, plus attn_mask, and -inf for what is not allowed
weights = softmax of scores along the keys, and zeros where nothing is allowed
output  = weights @ value
"""

from typing import Any

from layerproof.array_types import Array
from layerproof.markers import hookspec

ARGUMENTS = {
    "query": "... L E",
    "key": "... S E",
    "value": "... S V",
    "attn_mask": "mask ... L S?",
    "is_causal": "bool",
    "scale": "float?",
}
OUTPUTS = {"output": "... L V"}
DIFFERENTIABLE = ("query", "key", "value")
NEUTRAL = {"attn_mask": None, "is_causal": False, "scale": None}


@hookspec(firstresult=True)
def scaled_dot_product_attention_forward(
    query: Array, key: Array, value: Array, attn_mask: Array | None, is_causal: bool, scale: float | None
) -> tuple[Array, Any] | None:
    """Compute scaled dot-product attention, without dropout.

    Arguments:
        query: (..., L, E), float32 or float64, any strides, perhaps read-only; any leading axes, also none, and any
            of them may be 0, as may L, S, E and V.
        key: (..., S, E), the leading axes and dtype of query.
        value: (..., S, V), the leading axes and dtype of query.
        attn_mask: None, or an array that broadcasts to (..., L, S) without enlarging it: bool, True for what may be
            attended to, or of the dtype of query, added to the scores. It has no gradient. For a 4-D query it has at
            least two axes, as in PyTorch.
        is_causal: query i may attend to keys 0 to i only, also where L and S differ. Not together with attn_mask.
        scale: any finite number, also 0 and below, or None for 1 / sqrt(E).

    Returns:
        ``(output, saved)``: output (..., L, V) with the dtype of query; saved is whatever backward needs. None
        declines this configuration.

    Edges: a row with nothing allowed (a mask of all False or all -inf, or S = 0) gives zeros. With E = 0 all scores
    are 0, also with scale None. The weight of what is not allowed is 0, and it is multiplied: NaN or an infinity in
    value gives NaN in every row, not allowed or not. NaN or +inf in a float attn_mask gives NaN in its row.

    Not judged: rows with a NaN or infinite product of query and key, allowed or not, by overflow too, and whatever
    gradient they reach: PyTorch's two paths differ (NaN in one, 0 or a value in the other).

    Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.scaled_dot_product_attention.html
    """


@hookspec(firstresult=True)
def scaled_dot_product_attention_backward(
    grad_output: Array, saved: Any, needs_input_grad: tuple[bool, bool, bool]
) -> tuple[Array | None, Array | None, Array | None]:
    """Return ``(grad_query, grad_key, grad_value)`` for grad_output (..., L, V).

        grad_value   = weights^T @ grad_output
        grad_weights = grad_output @ value^T
        grad_scores  = weights * (grad_weights - sum of weights * grad_weights along the keys)
        grad_query   = scale * grad_scores @ key
        grad_key     = scale * grad_scores^T @ query

    A row with nothing allowed gives its query the gradient 0, and adds nothing to the gradients of keys and values;
    but NaN or an infinity in its grad_output is multiplied by those zeros, which gives NaN. What needs_input_grad
    rules out may be None.
    """


def validate(query: Array, attn_mask: Array | None, is_causal: bool) -> None:
    """Raise ValueError for a mask beside is_causal, and for one that PyTorch does not take."""
    if attn_mask is None:
        return
    if is_causal:
        raise ValueError("`is_causal` (=True) must be False where `attn_mask` is given")
    if query.ndim == 4 and attn_mask.ndim < 2:
        raise ValueError(f"`attn_mask`.ndim (={attn_mask.ndim}) must be at least 2 for `query`.ndim (=4)")
