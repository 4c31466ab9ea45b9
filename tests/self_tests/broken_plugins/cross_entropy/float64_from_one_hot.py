"""The gradient is float64 for float32, because the one-hot rows are astype(float): a beginner."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "dtype"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    output, saved = cross_entropy.cross_entropy_forward(
        logits, target, weight, ignore_index, reduction, label_smoothing
    )
    one_hot = (saved.classes[:, None] == np.arange(logits.shape[1])).astype(float)
    return output, (saved, one_hot)


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    inner, one_hot = saved
    return (cross_entropy.cross_entropy_backward(grad_output, inner, (True,))[0] + 0 * one_hot,)


def witness() -> str:
    from witnesses import misshapes, normal

    return misshapes(__file__, "cross_entropy", {"logits": normal(3, 2), "target": np.array([0, 1, 1])})
