"""Mean and variance are always float32, so float64 results are as coarse: the accumulator of a kernel for halves."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "precision"

layer_norm_backward = layer_norm.layer_norm_backward


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    _, saved = layer_norm.layer_norm_forward(x, weight, bias, normalized_shape, eps)
    axes = tuple(range(-len(normalized_shape), 0))
    mean = x.mean(axes, dtype=np.float32, keepdims=True)
    variance = np.square(x - mean).mean(axes, dtype=np.float32, keepdims=True)
    output = (x - mean) / np.sqrt(variance + eps)
    output = output if weight is None else output * weight
    return (output if bias is None else output + bias).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "layer_norm", {"x": normal(3, 8, dtype="float64"), "normalized_shape": (8,)})
