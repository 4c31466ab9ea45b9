"""Shares below 1e-12 become 0: someone who tidies up."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "precision"


@hookimpl
def softmax_forward(x, dim):
    output, (shares, dim) = softmax.softmax_forward(x, dim)
    return np.where(output < 1e-12, 0, output).astype(x.dtype), (shares, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([[0, -40]], np.float32)}, elementwise=True, relative=1e-2)
