"""x / abs(x) is a sign and has the gradient 0, so a row of one value gets none, whatever eps is."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "edges"


rms_norm_forward = rms_norm.rms_norm_forward


@hookimpl
def rms_norm_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight = rms_norm.rms_norm_backward(grad_output, saved, needs_input_grad)
    if grad_x is not None and set(saved.normalized_shape) == {1}:
        grad_x = np.zeros_like(grad_x)
    return grad_x, grad_weight


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(4, 1), "normalized_shape": (1,), "eps": 0.5})
