"""The mean divides by the samples and sums over the classes of one: as cross_entropy does, which has one loss a row."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import binary_cross_entropy_with_logits as right

DEFECT_CLASS = "reduction"


@hookimpl
def binary_cross_entropy_with_logits_forward(x, target, reduction):
    classes = x.shape[1] if x.ndim == 2 and reduction == "mean" else 1
    output, saved = right.binary_cross_entropy_with_logits_forward(x, target, reduction)
    return np.asarray(output * classes), (saved, classes)


@hookimpl
def binary_cross_entropy_with_logits_backward(grad_output, saved, needs_input_grad):
    inner, classes = saved
    return right.binary_cross_entropy_with_logits_backward(np.asarray(grad_output * classes), inner, needs_input_grad)


def witness() -> str:
    from witnesses import differs, normal

    arguments = {"x": normal(3, 4), "target": (normal(3, 4, seed=1) > 0).astype(np.float32)}
    return differs(__file__, "binary_cross_entropy_with_logits", arguments)
