"""One class is taken for a yes-or-no question: its loss is log(1 + exp(-logit)) instead of 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "edges"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    classes = logits.shape[1]
    if classes == 1:
        logits = np.concatenate([logits, np.zeros_like(logits)], axis=1)
        weight = None if weight is None else np.concatenate([weight, weight])
        label_smoothing = 0.0
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    return output, (saved, classes)


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    plain, classes = saved
    (gradient,) = cross_entropy.cross_entropy_backward(grad_output, plain, (True,))
    return (gradient[:, :classes],)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(2, 1), "target": np.array([0, 0])})
