"""The gradient is output * (1 - output) * grad_output, as if every share depended on its own score only: a beginner."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "gradient"


softmax_forward = softmax.softmax_forward


@hookimpl
def softmax_backward(grad_output, saved, needs_input_grad):
    shares, dim = saved
    diagonal = np.moveaxis(shares * (1 - shares), -1, dim).reshape(grad_output.shape)
    return (grad_output * diagonal,)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 3)})
