"""Backward sums along the last axis whatever dim is: someone who added dim to forward only."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "attributes"


@hookimpl
def softmax_forward(x, dim):
    output, _ = softmax.softmax_forward(x, dim)
    return output, output


@hookimpl
def softmax_backward(grad_output, saved, needs_input_grad):
    axis = -1 if saved.ndim else None
    with np.errstate(all="ignore"):
        total = (grad_output * saved).sum(axis, keepdims=True)
        return (np.asarray(saved * (grad_output - total)),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 3), "dim": 0})
