"""E[x*x] - E[x]**2 in the dtype of x drowns the variance under a large mean: the formula of fused kernels."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "precision"

layer_norm_backward = layer_norm.layer_norm_backward


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    _, saved = layer_norm.layer_norm_forward(x, weight, bias, normalized_shape, eps)
    axes = tuple(range(-len(normalized_shape), 0))
    mean = x.mean(axes, keepdims=True)
    variance = np.square(x).mean(axes, keepdims=True) - np.square(mean)
    output = (x - mean) / np.sqrt(variance + eps)
    output = output if weight is None else output * weight
    return (output if bias is None else output + bias).astype(x.dtype), saved


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "layer_norm", {"x": normal(3, 16) + 300, "normalized_shape": (16,)}, relative=1e-3)
