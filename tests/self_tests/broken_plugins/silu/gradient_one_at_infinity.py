"""The gradient at plus infinity is its limit, grad_output, where the contract has the NaN of the formula."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import silu

DEFECT_CLASS = "special values"


silu_forward = silu.silu_forward


@hookimpl
def silu_backward(grad_output, saved, needs_input_grad):
    (gradient,) = silu.silu_backward(grad_output, saved, (True,))
    return (np.where(saved == np.inf, grad_output, gradient),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "silu", {"x": np.array([np.inf, 1], np.float32)})
