"""forward is the identity above the threshold while backward stays the sigmoid: two people, or two days."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "gradient"

softplus_forward = softplus.softplus_forward


@hookimpl
def softplus_backward(grad_output, saved, needs_input_grad):
    z, _ = saved
    return (np.asarray(grad_output * logistic(z)),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softplus", {"x": np.array([-1.0, 0.5, 3.0], np.float32), "threshold": 0.2})
