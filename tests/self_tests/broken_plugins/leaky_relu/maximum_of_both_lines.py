"""max(x, negative_slope * x) is the choice only for slopes up to 1: the one-liner of many a lecture."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import leaky_relu

DEFECT_CLASS = "attributes"

leaky_relu_backward = leaky_relu.leaky_relu_backward


@hookimpl
def leaky_relu_forward(x, negative_slope):
    return np.asarray(np.maximum(x, negative_slope * x)), (x, negative_slope)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "leaky_relu", {"x": normal(3, 4), "negative_slope": 1.5})
