"""Gradients are copied into one buffer for each shape, which the next backward of that shape writes again."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "aliasing"

_buffers = {}


flatten_forward = flatten.flatten_forward


@hookimpl
def flatten_backward(grad_output, saved):
    buffer = _buffers.setdefault((saved, grad_output.dtype), np.empty(saved, grad_output.dtype))
    buffer[...] = grad_output.reshape(saved)
    return (buffer,)


def witness() -> str:
    from witnesses import Plugin, normal

    plugin, call = Plugin(__file__), {"x": normal(2, 3)}
    first = plugin.run("flatten", call, normal(6, seed=1)).gradients[0]
    before = first.copy()
    plugin.run("flatten", call, normal(6, seed=2))
    place = (0, 0)
    if (first == before).all():
        return ""
    return f"a later call changes grad_x[0, 0] from {before[place]} to {first[place]}"
