"""Backward knows nothing of label_smoothing: someone who added it to the loss and saw the loss move."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "gradient"


cross_entropy_forward = cross_entropy.cross_entropy_forward


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    return cross_entropy.cross_entropy_backward(grad_output, saved._replace(label_smoothing=0.0), needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    return differs(
        __file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1]), "label_smoothing": 0.1}
    )
