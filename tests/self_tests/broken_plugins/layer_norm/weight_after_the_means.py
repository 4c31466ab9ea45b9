"""grad_x is multiplied by weight after the means are taken, not before: right for batch_norm, where it comes from."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "gradient"

layer_norm_forward = layer_norm.layer_norm_forward


@hookimpl
def layer_norm_backward(grad_output, saved, needs_input_grad):
    _, grad_weight, grad_bias = layer_norm.layer_norm_backward(grad_output, saved, needs_input_grad)
    grad_x = layer_norm.layer_norm_backward(grad_output, saved._replace(weight=None), (True, False, False))[0]
    return grad_x if saved.weight is None else np.asarray(grad_x * saved.weight), grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"x": normal(3, 8), "weight": normal(8, seed=1), "normalized_shape": (8,)}
    return differs(__file__, "layer_norm", arguments)
