"""log(1 + exp(beta * x)) is not divided by beta: the default is 1, and so were the tests."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softplus

DEFECT_CLASS = "attributes"

softplus_backward = softplus.softplus_backward


@hookimpl
def softplus_forward(x, beta, threshold):
    z = x * beta
    smooth = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return np.where(z > threshold, x, smooth), (z, threshold)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softplus", {"x": normal(3, 4), "beta": 2.0})
