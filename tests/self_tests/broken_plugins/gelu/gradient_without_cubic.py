"""The derivative of u is taken for sqrt(2/pi), without that of the cubic: a chain rule that stops too early."""

import math

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu

DEFECT_CLASS = "gradient"

gelu_forward = gelu.gelu_forward


@hookimpl
def gelu_backward(grad_output, saved, needs_input_grad):
    x, approximate = saved
    if approximate == "none":
        return gelu.gelu_backward(grad_output, saved, needs_input_grad)
    slope = math.sqrt(2 / math.pi)
    t = np.tanh(slope * (x + 0.044715 * x**3))
    return (np.asarray(grad_output * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 4), "approximate": "tanh"})
