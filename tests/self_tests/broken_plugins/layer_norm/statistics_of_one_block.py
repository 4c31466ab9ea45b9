"""A block of 64 values gives the statistics of longer rows too: a Triton kernel that was never given a wider row."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "sizes"

BLOCK = 64

layer_norm_backward = layer_norm.layer_norm_backward


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    output, saved = layer_norm.layer_norm_forward(x, weight, bias, normalized_shape, eps)
    if np.prod(normalized_shape) <= BLOCK:
        return output, saved
    rows = x.reshape(-1, int(np.prod(normalized_shape))).astype(np.float64)
    block = rows[:, :BLOCK]
    rows = (rows - block.mean(1, keepdims=True)) / np.sqrt(block.var(1, keepdims=True) + eps)
    output = rows.reshape(x.shape) * (1 if weight is None else weight) + (0 if bias is None else bias)
    return output.astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "layer_norm", {"x": normal(3, 64), "normalized_shape": (64,)}):
        return ""
    return differs(__file__, "layer_norm", {"x": normal(3, 65), "normalized_shape": (65,)})
