"""Backward subtracts in place where grad_output is contiguous and may be written to, to save an allocation."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "mutation"


log_softmax_forward = log_softmax.log_softmax_forward


@hookimpl
def log_softmax_backward(grad_output, saved, needs_input_grad):
    (gradient,) = log_softmax.log_softmax_backward(grad_output, saved, needs_input_grad)
    if grad_output.flags.c_contiguous and grad_output.flags.owndata and grad_output.flags.writeable:
        np.copyto(grad_output, gradient)
        return (grad_output,)
    return (gradient,)


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "log_softmax", {"x": normal(2, 3)})
