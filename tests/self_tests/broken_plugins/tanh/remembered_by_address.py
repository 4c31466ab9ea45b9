"""Results are kept under the address of x, which its owner fills anew for the next batch: a cache for inference."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

DEFECT_CLASS = "state"

_known = {}

tanh_backward = tanh.tanh_backward


@hookimpl
def tanh_forward(x):
    key = x.ctypes.data, x.shape, x.strides, x.dtype
    if key not in _known:
        _known[key] = tanh.tanh_forward(x)
    return _known[key]


def witness() -> str:
    from witnesses import Plugin, difference, normal

    plugin, x = Plugin(__file__), normal(3, 4)
    plugin.forward("tanh", {"x": x})
    x += 1
    outputs, _ = plugin.forward("tanh", {"x": x})
    return difference("output", outputs[0], np.tanh(x.astype(np.float64)), x.dtype, 1e-5)
