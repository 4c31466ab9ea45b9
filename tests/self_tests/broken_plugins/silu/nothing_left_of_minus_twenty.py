"""Left of -20 the output and the gradient are 0, although the tail is still there."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import silu

DEFECT_CLASS = "precision"


@hookimpl
def silu_forward(x):
    output, saved = silu.silu_forward(x)
    return np.where((x < -20) & (x > -np.inf), x.dtype.type(0), output), saved


@hookimpl
def silu_backward(grad_output, saved, needs_input_grad):
    (gradient,) = silu.silu_backward(grad_output, saved, (True,))
    return (np.where((saved < -20) & (saved > -np.inf), grad_output.dtype.type(0), gradient),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "silu", {"x": np.array([-21, 1], np.float32)}, elementwise=True)
