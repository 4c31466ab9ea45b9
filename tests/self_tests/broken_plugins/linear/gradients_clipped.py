"""Gradients are clipped to -5 and 5: someone who once fought an explosion."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import linear

DEFECT_CLASS = "gradient"


linear_forward = linear.linear_forward


@hookimpl
def linear_backward(grad_output, saved, needs_input_grad):
    return tuple(
        None if gradient is None else np.clip(gradient, -5, 5)
        for gradient in linear.linear_backward(grad_output, saved, needs_input_grad)
    )


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "linear", {"x": 10 * normal(4, 3), "weight": normal(2, 3, seed=1)})
