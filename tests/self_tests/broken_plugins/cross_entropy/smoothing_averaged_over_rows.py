"""With class weights the smoothed part of the mean is divided by the number of rows, not by their weights' sum."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import cross_entropy

DEFECT_CLASS = "reduction"


@hookimpl
def cross_entropy_forward(logits, target, weight, ignore_index, reduction, label_smoothing):
    options = weight, ignore_index
    output, saved = cross_entropy.cross_entropy_forward(logits, target, *options, reduction, label_smoothing)
    if reduction != "mean" or weight is None or label_smoothing == 0:
        return output, (saved, None)
    with np.errstate(all="ignore"):
        plain, part = cross_entropy.cross_entropy_forward(logits, target, *options, "mean", 0.0)
        smooth, whole = cross_entropy.cross_entropy_forward(logits, target, *options, "sum", 1.0)
        rows = saved.counted.sum()
        loss = (1 - label_smoothing) * plain + label_smoothing * smooth / rows
    return np.asarray(loss, logits.dtype), (saved, (part, whole, rows, label_smoothing))


@hookimpl
def cross_entropy_backward(grad_output, saved, needs_input_grad):
    exact, parts = saved
    if parts is None:
        return cross_entropy.cross_entropy_backward(grad_output, exact, needs_input_grad)
    part, whole, rows, label_smoothing = parts
    with np.errstate(all="ignore"):
        (first,) = cross_entropy.cross_entropy_backward(grad_output, part, (True,))
        (second,) = cross_entropy.cross_entropy_backward(grad_output, whole, (True,))
        gradient = (1 - label_smoothing) * first + label_smoothing * second / rows
    return (gradient.astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs, normal

    call = {"logits": normal(2, 3), "target": np.array([0, 2]), "label_smoothing": 0.3}
    return differs(__file__, "cross_entropy", call | {"weight": np.array([0.5, 1, 3], np.float32)})
