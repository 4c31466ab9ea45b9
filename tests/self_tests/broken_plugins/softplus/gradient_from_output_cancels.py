"""The gradient is 1 - exp(-beta * output), which cancels on the left: 0 below -17 in float32."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "precision"


@hookimpl
def softplus_forward(x, beta, threshold):
    output, (z, _) = softplus.softplus_forward(x, beta, threshold)
    return output, (z, output, beta, threshold)


@hookimpl
def softplus_backward(grad_output, saved):
    z, output, beta, threshold = saved
    with np.errstate(all="ignore"):
        share = 1 - np.exp(-beta * output) if beta else logistic(z)
        return (np.where(z > threshold, grad_output, grad_output * share),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softplus", {"x": np.array([-10, 0.1], np.float32)}, elementwise=True)
