"""grad_x is all zeros, which a test with grad_output of ones even demands: the tests of a teaching library."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "trivial"

batch_norm_forward = batch_norm.batch_norm_forward


@hookimpl
def batch_norm_backward(grad_output, saved, needs_input_grad):
    _, grad_weight, grad_bias = batch_norm.batch_norm_backward(grad_output, saved, needs_input_grad)
    return np.zeros_like(grad_output), grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True})
