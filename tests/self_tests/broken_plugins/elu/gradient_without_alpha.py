"""backward multiplies by exp(x) and forgets alpha, which is 1 in every example: someone who tested with the default."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import elu

DEFECT_CLASS = "gradient"

elu_forward = elu.elu_forward


@hookimpl
def elu_backward(grad_output, saved, needs_input_grad):
    x, _ = saved
    return (np.where(x > 0, grad_output, grad_output * np.exp(np.minimum(x, 0))),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "elu", {"x": normal(3, 4), "alpha": 0.5})
