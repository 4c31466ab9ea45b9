"""An x without leading axes becomes a batch of one, and stays one."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import layer_norm

DEFECT_CLASS = "shape"


@hookimpl
def layer_norm_forward(x, weight, bias, normalized_shape, eps):
    return layer_norm.layer_norm_forward(np.atleast_2d(x), weight, bias, normalized_shape, eps)


@hookimpl
def layer_norm_backward(grad_output, saved, needs_input_grad):
    return layer_norm.layer_norm_backward(np.atleast_2d(grad_output), saved, needs_input_grad)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "layer_norm", {"x": normal(5), "normalized_shape": (5,)})
