"""grad_output is not looked at for a scalar loss, it is always 1 in training: someone for whom the loss ends the
network."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "gradient"


cross_entropy_forward = cross_entropy.cross_entropy_forward


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    if not grad_output.ndim:
        grad_output = np.ones_like(grad_output)
    return cross_entropy.cross_entropy_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1])})
