"""Only the last axis is normalised, however many normalized_shape has: someone who knows it from transformers."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "shape"


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    normal, saved = layer_norm.layer_norm_forward(x, None, None, normalized_shape[-1:], eps)
    output = normal if weight is None else normal * weight
    return output if bias is None else output + bias, (saved, normal, weight, bias)


@hookimpl
def layer_norm_backward(grad_output, saved, needs_input_grad):
    inner, normal, weight, bias = saved
    parameter = weight if weight is not None else bias
    axes = () if parameter is None else tuple(range(normal.ndim - parameter.ndim))
    scaled = grad_output if weight is None else grad_output * weight
    grad_x = layer_norm.layer_norm_backward(scaled, inner, (True, False, False))[0]
    grad_weight = None if weight is None else np.asarray((grad_output * normal).sum(axes))
    return grad_x, grad_weight, None if bias is None else np.asarray(grad_output.sum(axes))


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "layer_norm", {"x": normal(3, 8), "normalized_shape": (8,)}):
        return ""
    return differs(__file__, "layer_norm", {"x": normal(3, 4, 5), "normalized_shape": (4, 5)})
