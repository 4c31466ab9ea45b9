"""backward multiplies by Phi(x) and leaves the term x * phi(x) out: the product rule forgotten."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import gelu
from layerproof_reference._erf import normal_distribution

DEFECT_CLASS = "gradient"

gelu_forward = gelu.gelu_forward


@hookimpl
def gelu_backward(grad_output, saved, needs_input_grad):
    x, approximate = saved
    if approximate == "tanh":
        return gelu.gelu_backward(grad_output, saved, needs_input_grad)
    return (np.asarray(grad_output * normal_distribution(x)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "gelu", {"x": normal(3, 4)})
