"""The smooth formula is used everywhere, as it does not overflow anyway: someone who finds the threshold pointless."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "attributes"


@hookimpl
def softplus_forward(x, beta, threshold):
    z = np.asarray(x * beta)
    return np.asarray((np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / beta), z


@hookimpl
def softplus_backward(grad_output, saved, needs_input_grad):
    return (np.asarray(grad_output * logistic(saved)),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softplus", {"x": np.array([-1.0, 0.5, 3.0], np.float32), "threshold": 0.2})
