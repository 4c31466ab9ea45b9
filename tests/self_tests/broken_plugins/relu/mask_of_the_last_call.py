"""Backward uses the mask of the latest forward, kept in the module, and not that of its own: someone with one relu
per net."""

import numpy as np

from layerproof import hookimpl

DEFECT_CLASS = "state"


_masks = {}


@hookimpl
def relu_forward(x):
    _masks[x.shape] = x <= 0
    return np.maximum(x, 0), x.shape


@hookimpl
def relu_backward(grad_output, saved):
    return (np.where(_masks[saved], 0, grad_output).astype(grad_output.dtype),)


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "relu", {"x": normal(2, 3)}, between=[{"x": normal(2, 3, seed=1)}])
