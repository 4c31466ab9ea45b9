"""The numbers are drawn in the order in which x lies in memory, so that a transposed x gets another mask."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import dropout
from layerproof_reference.dropout import _dropped

DEFECT_CLASS = "layout"


@hookimpl
def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    order = "F" if x.flags.f_contiguous and not x.flags.c_contiguous else "C"
    mask = (rng.random(x.size) >= p).reshape(x.shape, order=order)
    return _dropped(x, mask, p), (mask, p)


dropout_backward = dropout.dropout_backward


def witness() -> str:
    from witnesses import Plugin, laid_out

    plugin, masks = Plugin(__file__), []
    for x in (np.ones((6, 9)), laid_out(np.ones((6, 9)), "fortran")):
        masks.append(plugin.forward("dropout", {"x": x, "p": 0.5, "rng": np.random.default_rng(3)})[0][0] == 0)
    differ = int((masks[0] != masks[1]).sum())
    return f"{differ} of 54 elements are dropped in one layout only" if differ else ""
