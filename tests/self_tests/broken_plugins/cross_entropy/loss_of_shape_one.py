"""The loss has the shape (1,) and not (): someone who keeps dimensions everywhere."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "shape"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    return np.atleast_1d(output), saved


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    if saved.divisor is not None:
        grad_output = grad_output.reshape(())
    return cross_entropy.cross_entropy_backward(grad_output, saved, needs_input_grad)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1])})
