"""Backward subtracts 1 at the targets in the saved probabilities themselves, so a second backward subtracts it
twice: nearly every lecture on digits."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "state"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    if label_smoothing or weight is not None:
        return output, saved
    return output, (saved, np.exp(saved.log_p))


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    if len(saved) > 2:
        return cross_entropy.cross_entropy_backward(grad_output, saved, needs_input_grad)
    inner, p = saved
    p[np.arange(len(p)), inner.classes] -= 1
    with np.errstate(all="ignore"):
        scale = np.where(inner.counted, grad_output if inner.divisor is None else grad_output / inner.divisor, 0)
    return ((p * scale[:, None]).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1])}, backwards=2)
