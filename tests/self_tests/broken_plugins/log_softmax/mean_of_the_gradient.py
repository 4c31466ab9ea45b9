"""Backward subtracts the mean of grad_output times softmax and not the sum: someone who mixed up two reductions."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "reduction"


log_softmax_forward = log_softmax.log_softmax_forward


@hookimpl
def log_softmax_backward(grad_output, saved, needs_input_grad):
    output, dim = saved
    axis = dim if output.ndim else None
    if not output.size:
        return (grad_output,)
    with np.errstate(all="ignore"):
        return (np.asarray(grad_output - np.exp(output) * grad_output.mean(axis, keepdims=True)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "log_softmax", {"x": normal(2, 3)})
