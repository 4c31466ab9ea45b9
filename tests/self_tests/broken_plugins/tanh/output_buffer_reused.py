"""Each shape has one output buffer, which the next call fills again: someone who fears the allocator."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "aliasing"

_buffers = {}

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    buffer = _buffers.setdefault((x.shape, x.dtype), np.empty(x.shape, x.dtype))
    np.tanh(x, out=buffer)
    return buffer, buffer


def witness() -> str:
    from witnesses import normal, overwrites

    return overwrites(__file__, "tanh", {"x": normal(3, 4)}, {"x": normal(3, 4, seed=1)})
