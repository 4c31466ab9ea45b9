"""log(1 + exp(z)), as it stands in the definition, loses its left tail to the 1: nearly everyone."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "precision"

softplus_backward = softplus.softplus_backward


@hookimpl
def softplus_forward(x, beta, threshold):
    z = x * beta
    return np.where(z > threshold, x, np.log(1 + np.exp(z)) / beta), (z, threshold)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softplus", {"x": np.array([-20.0, -10.0, 1.0], np.float32)}, elementwise=True)
