"""More than 64 channels are handled by a second block of threads, which forgets to add the mean of g * x^."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import batch_norm

DEFECT_CLASS = "sizes"


batch_norm_forward = batch_norm.batch_norm_forward


@hookimpl
def batch_norm_backward(grad_output, saved, needs_input_grad):
    grad_x, grad_weight, grad_bias = batch_norm.batch_norm_backward(grad_output, saved, needs_input_grad)
    if grad_x is not None and saved.training and grad_output.shape[1] > 64 and grad_output.size:
        N, C = grad_output.shape[:2]
        g = np.moveaxis(grad_output, 1, 0).reshape(C, -1).astype(np.float64)
        if saved.weight is not None:
            g = g * saved.weight[:, None]
        with np.errstate(all="ignore"):
            plain = (g - g.mean(axis=1, keepdims=True)) * saved.normalized.scale
        plain = np.moveaxis(plain.reshape(C, N, *grad_output.shape[2:]), 0, 1)
        grad_x = grad_x.copy()
        grad_x[:, 64:] = plain[:, 64:]
    return grad_x, grad_weight, grad_bias


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "batch_norm", {"x": normal(4, 70), "training": True})
