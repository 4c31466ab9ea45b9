"""backward multiplies inside what forward saved, so a second backward goes wrong: someone who saves an allocation."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import rms_norm

DEFECT_CLASS = "state"

rms_norm_forward = rms_norm.rms_norm_forward


@hookimpl
def rms_norm_backward(grad_output, saved, needs_input_grad):
    gradients = rms_norm.rms_norm_backward(grad_output, saved, needs_input_grad)
    rows = saved.normalized.rows
    np.multiply(rows, grad_output.reshape(rows.shape), out=rows)
    return gradients


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "rms_norm", {"x": normal(3, 8), "normalized_shape": (8,)}, backwards=2)
