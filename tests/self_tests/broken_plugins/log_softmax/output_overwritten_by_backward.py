"""Backward takes the exponential in place, in the array that forward returned as its output: someone who saves
memory."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "mutation"


log_softmax_forward = log_softmax.log_softmax_forward


@hookimpl
def log_softmax_backward(grad_output, saved, needs_input_grad):
    output = saved[0]
    gradients = log_softmax.log_softmax_backward(grad_output, saved, needs_input_grad)
    if output.flags.writeable and output.ndim:
        with np.errstate(all="ignore"):
            np.exp(output, out=output)
    return gradients


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "log_softmax", {"x": normal(2, 3)})
