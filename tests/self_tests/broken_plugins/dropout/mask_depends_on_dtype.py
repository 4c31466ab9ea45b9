"""The numbers are drawn in the dtype of x, so that float32 and float64 get different masks from one state of rng."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout
from layerproof_reference.dropout import _dropped

DEFECT_CLASS = "dtype"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape, dtype=x.dtype.type) >= p
    return _dropped(x, mask, p), (mask, p)


dropout_backward = dropout.dropout_backward


def witness() -> str:
    from witnesses import Plugin

    plugin, masks = Plugin(__file__), []
    for dtype in (np.float32, np.float64):
        call = {"x": np.ones(64, dtype), "p": 0.5, "rng": np.random.default_rng(3)}
        masks.append(plugin.forward("dropout", call)[0][0] == 0)
    differ = int((masks[0] != masks[1]).sum())
    return f"{differ} of 64 elements are dropped in one dtype only" if differ else ""
