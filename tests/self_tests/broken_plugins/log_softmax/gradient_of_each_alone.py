"""The gradient is grad_output * (1 - softmax) and leaves the other outputs out: someone who differentiates element
by element."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "gradient"


log_softmax_forward = log_softmax.log_softmax_forward


@hookimpl
def log_softmax_backward(grad_output, saved, needs_input_grad):
    output, _ = saved
    with np.errstate(all="ignore"):
        return (np.asarray(grad_output * (1 - np.exp(output))),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "log_softmax", {"x": normal(2, 3)})
