"""backward multiplies by sigmoid(x) alone, as if the second factor were a constant: the product rule forgotten."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import silu
from layerproof_reference._logistic import logistic

DEFECT_CLASS = "gradient"

silu_forward = silu.silu_forward


@hookimpl
def silu_backward(grad_output, saved, needs_input_grad):
    return (np.asarray(grad_output * logistic(saved)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "silu", {"x": normal(3, 4)})
