"""At x = 0 the gradient takes the slope 1, because >= is written for >: half of all hand-written layers."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "ties"

leaky_relu_forward = leaky_relu.leaky_relu_forward


@hookimpl
def leaky_relu_backward(grad_output, saved, needs_input_grad):
    x, negative_slope = saved
    return (np.where(x >= 0, grad_output, grad_output * negative_slope),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "leaky_relu", {"x": np.array([0.0, 1.0, -0.0, -3.0], np.float32)})
