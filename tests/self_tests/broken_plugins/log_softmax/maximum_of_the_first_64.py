"""The maximum is that of the first 64 elements along the axis; a much larger one behind them overflows."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import log_softmax

DEFECT_CLASS = "sizes"


@hookimpl
def log_softmax_forward(x, dim):
    output, _ = log_softmax.log_softmax_forward(x, dim)
    if x.ndim and x.size and x.shape[dim] > 64:
        rows = np.moveaxis(x, dim, -1)
        with np.errstate(all="ignore"):
            shifted = rows - rows[..., :64].max(axis=-1, keepdims=True)
            powers = np.exp(shifted)
            late = np.isinf(powers).any(axis=-1, keepdims=True)
            output = np.where(late, shifted - np.log(powers.sum(axis=-1, keepdims=True)), np.moveaxis(output, dim, -1))
        output = np.moveaxis(output, -1, dim)
    return output, (output, dim)


log_softmax_backward = log_softmax.log_softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(2, 70)
    x[1, 66] = 100
    return differs(__file__, "log_softmax", {"x": x})
