"""With reduction "none" the first entry of grad_output serves all rows: someone who made grad_output a float."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "gradient"


cross_entropy_forward = cross_entropy.cross_entropy_forward


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    if grad_output.size > 1:
        grad_output = np.full_like(grad_output, grad_output.flat[0])
    return cross_entropy.cross_entropy_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1]), "reduction": "none"}
    )
