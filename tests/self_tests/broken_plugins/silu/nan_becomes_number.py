"""numpy.nan_to_num hides what the arithmetic did wrong, and a NaN in x with it: someone whose training diverged."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import silu

DEFECT_CLASS = "special values"


@hookimpl
def silu_forward(x):
    output, saved = silu.silu_forward(x)
    return np.nan_to_num(output, posinf=np.inf), saved


@hookimpl
def silu_backward(grad_output, saved, needs_input_grad):
    return (np.nan_to_num(silu.silu_backward(grad_output, saved, needs_input_grad)[0]),)


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "silu", {"x": np.array([1.0, np.nan, -2.0], np.float32)})
