"""backward is a central difference with a step of 1e-5: someone who could not derive it and had a gradient checker."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import silu

DEFECT_CLASS = "precision"

STEP = 1e-5

silu_forward = silu.silu_forward


@hookimpl
def silu_backward(grad_output, saved, needs_input_grad):
    above, below = (silu.silu_forward(saved + step)[0] for step in (STEP, -STEP))
    return (np.asarray(grad_output * (above - below) / (2 * STEP)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "silu", {"x": normal(3, 4)})
