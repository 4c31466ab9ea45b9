"""backward looks at the sign of the output, another one for slopes below 0: someone who saves only the output."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "attributes"


@hookimpl
def leaky_relu_forward(x, negative_slope):
    output, _ = leaky_relu.leaky_relu_forward(x, negative_slope)
    return output, (output, negative_slope)


@hookimpl
def leaky_relu_backward(grad_output, saved, needs_input_grad):
    output, negative_slope = saved
    return (np.where(output > 0, grad_output, grad_output * negative_slope),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "leaky_relu", {"x": normal(3, 4), "negative_slope": -0.2})
