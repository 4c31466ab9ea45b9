"""alpha * (exp(x / alpha) - 1), forward and backward, is celu: someone who found the smooth one of the two."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "formula"


@hookimpl
def elu_forward(x, alpha):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha)), (x, alpha)


@hookimpl
def elu_backward(grad_output, saved, needs_input_grad):
    x, alpha = saved
    return (np.where(x > 0, grad_output, grad_output * np.exp(np.minimum(x, 0) / alpha)),)


def witness() -> str:
    from witnesses import differs, normal

    if differs(__file__, "elu", {"x": normal(3, 4), "alpha": 1.0}):
        return ""
    return differs(__file__, "elu", {"x": normal(3, 4), "alpha": 2.0})
