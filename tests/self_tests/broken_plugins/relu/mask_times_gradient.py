"""The gradient is grad_output times a mask, so an infinity that should be masked becomes NaN: nearly every tutorial."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "special values"


relu_forward = relu.relu_forward


@hookimpl
def relu_backward(grad_output, saved):
    return ((grad_output * ~(saved <= 0)).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs

    return differs(
        __file__, "relu", {"x": np.array([-1, 1, -2], np.float32)}, grad_output=np.array([np.inf, 1, 2], np.float32)
    )
