"""backward keeps the beta that the division by beta takes away: a chain rule applied to half of the formula."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "gradient"


@hookimpl
def softplus_forward(x, beta, threshold):
    output, saved = softplus.softplus_forward(x, beta, threshold)
    return output, (*saved, beta)


@hookimpl
def softplus_backward(grad_output, saved, needs_input_grad):
    z, threshold, beta = saved
    (grad_x,) = softplus.softplus_backward(grad_output, (z, threshold), needs_input_grad)
    return (np.where(z > threshold, grad_output, beta * grad_x),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softplus", {"x": normal(3, 4), "beta": 2.0})
