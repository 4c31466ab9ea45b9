"""backward knows only the output: its sign chooses and output + alpha is alpha * exp(x), which fails for alpha < 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "attributes"


@hookimpl
def elu_forward(x, alpha):
    output, _ = elu.elu_forward(x, alpha)
    return output, (output, alpha)


@hookimpl
def elu_backward(grad_output, saved, needs_input_grad):
    output, alpha = saved
    return (np.where(output > 0, grad_output, grad_output * (output + alpha)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "elu", {"x": normal(3, 4), "alpha": -0.5})
