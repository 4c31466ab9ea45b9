"""scores.max(-1) of no scores raises, though S = 0 only means that there is nothing to attend to: an empty cache."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import scaled_dot_product_attention as right

DEFECT_CLASS = "edges"

scaled_dot_product_attention_backward = right.scaled_dot_product_attention_backward


@hookimpl
def scaled_dot_product_attention_forward(query, key, value):
    scale = 1 / math.sqrt(max(query.shape[-1], 1))
    scores = (query * scale) @ key.swapaxes(-1, -2)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    weights = powers / powers.sum(-1, keepdims=True)
    return weights @ value, right.Saved(query, key, value, weights, scale)


def witness() -> str:
    from witnesses import differs, normal, raises

    arguments = {"query": normal(4, 3), "key": normal(5, 3, seed=1), "value": normal(5, 2, seed=2)}
    if differs(__file__, "scaled_dot_product_attention", arguments):
        return ""
    return raises(__file__, "scaled_dot_product_attention", {**arguments, "key": normal(0, 3), "value": normal(0, 2)})
