"""x * sigmoid(1.702 * x), forward and backward: CLIP's quick gelu, which people take for the same thing."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "formula"

FACTOR = 1.702


@hookimpl
def silu_forward(x):
    return np.asarray(x * logistic(FACTOR * x)), x


@hookimpl
def silu_backward(grad_output, saved, needs_input_grad):
    s = logistic(FACTOR * saved)
    return (np.asarray(grad_output * s * (1 + FACTOR * saved * (1 - s))),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "silu", {"x": normal(3, 4)})
