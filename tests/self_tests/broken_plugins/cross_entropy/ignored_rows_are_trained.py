"""The gradient of an ignored row is its softmax and not 0: someone who masks the loss but not p - one_hot."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "attributes"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    return output, (saved, reduction)


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    inner, reduction = saved
    (grad_logits,) = cross_entropy.cross_entropy_backward(grad_output, inner, (True,))
    with np.errstate(all="ignore"):
        scale = grad_output if inner.divisor is None else grad_output / inner.divisor
        missed = np.exp(inner.log_p) * (scale[:, None] if reduction == "none" else scale)
    return (np.where(inner.counted[:, None], grad_logits, missed).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, -100, 1])})
