"""eps is added to the standard deviation, for safety in the division: the formula as people remember it."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "formula"

layer_norm_backward = layer_norm.layer_norm_backward


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    _, saved = layer_norm.layer_norm_forward(x, weight, bias, normalized_shape, eps)
    axes = tuple(range(-len(normalized_shape), 0))
    wide = x.astype(np.float64)
    output = (wide - wide.mean(axes, keepdims=True)) / (wide.std(axes, keepdims=True) + eps)
    output = output if weight is None else output * weight
    return (output if bias is None else output + bias).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "layer_norm", {"x": normal(3, 8), "normalized_shape": (8,), "eps": 0.1})
