"""grad_x follows the mean but not the variance back to x: one of the three paths of the famous exercise is missing."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "gradient"

batch_norm_forward = batch_norm.batch_norm_forward


@hookimpl
def batch_norm_backward(grad_output, saved, needs_input_grad):
    _, grad_weight, grad_bias = batch_norm.batch_norm_backward(grad_output, saved, needs_input_grad)
    flat = saved.normalized._replace(rows=np.zeros_like(saved.normalized.rows))
    grad_x, _, _ = batch_norm.batch_norm_backward(grad_output, saved._replace(normalized=flat), (True, False, False))
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "batch_norm", {"x": normal(4, 3, 2), "training": True})
