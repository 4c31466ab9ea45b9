"""Backward compares beta * output with the threshold, which it passes earlier than beta * x."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "gradient"


@hookimpl
def softplus_forward(x, beta, threshold):
    output, (z, _) = softplus.softplus_forward(x, beta, threshold)
    return output, (z, output, beta, threshold)


@hookimpl
def softplus_backward(grad_output, saved):
    z, output, beta, threshold = saved
    with np.errstate(all="ignore"):
        linear = output * beta > threshold if beta else z > threshold
        return (np.where(linear | (z > threshold), grad_output, grad_output * logistic(z)),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softplus", {"x": np.array([0.9, 0.1], np.float32), "threshold": 1.0})
