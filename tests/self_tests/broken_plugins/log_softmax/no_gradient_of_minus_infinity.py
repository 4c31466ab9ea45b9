"""What is impossible gets no gradient: 0 where the output is minus infinity, instead of grad_output."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "special values"


log_softmax_forward = log_softmax.log_softmax_forward


@hookimpl
def log_softmax_backward(grad_output, saved, needs_input_grad):
    (gradient,) = log_softmax.log_softmax_backward(grad_output, saved, needs_input_grad)
    return (np.where(saved[0] == -np.inf, grad_output.dtype.type(0), gradient),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "log_softmax", {"x": np.array([[1, -np.inf, 0.5]], np.float32)})
