"""At x = 0 the gradient is grad_output instead of alpha * grad_output: the two agree for the default alpha."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "ties"

elu_forward = elu.elu_forward


@hookimpl
def elu_backward(grad_output, saved, needs_input_grad):
    x, alpha = saved
    return (np.where(x >= 0, grad_output, grad_output * alpha * np.exp(np.minimum(x, 0))),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "elu", {"x": np.array([0.0, 1.0, -0.0, -3.0], np.float32), "alpha": 0.5})
