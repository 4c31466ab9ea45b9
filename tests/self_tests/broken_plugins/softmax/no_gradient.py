"""The gradient is zeros, which is what it should be when grad_output is ones: someone who tested with out.sum()."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "trivial"


softmax_forward = softmax.softmax_forward


@hookimpl
def softmax_backward(grad_output, saved, needs_input_grad):
    return (np.zeros_like(grad_output),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 3)})
