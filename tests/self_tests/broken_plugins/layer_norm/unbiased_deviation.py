"""x.std(ddof=1), the default of torch.std, divides by n - 1: the annotated transformer that everybody has read."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "formula"

layer_norm_backward = layer_norm.layer_norm_backward


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    _, saved = layer_norm.layer_norm_forward(x, weight, bias, normalized_shape, eps)
    axes = tuple(range(-len(normalized_shape), 0))
    variance = x.var(axes, ddof=1, keepdims=True)
    output = (x - x.mean(axes, keepdims=True)) / np.sqrt(variance + eps)
    output = output if weight is None else output * weight
    return (output if bias is None else output + bias).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "layer_norm", {"x": normal(3, 8), "normalized_shape": (8,)})
