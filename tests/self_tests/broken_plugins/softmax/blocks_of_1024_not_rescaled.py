"""Long rows are summed in blocks of 1024 with a running maximum, and the sum so far is not rescaled when a later
block holds a larger one: someone who writes an online softmax."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "sizes"


@hookimpl
def softmax_forward(x, dim):
    output, (shares, _) = softmax.softmax_forward(x, dim)
    if shares.shape[-1] <= 1024 or not np.isfinite(x).all():
        return output, (shares, dim)
    lines = np.moveaxis(x, dim, -1)
    total, top = 0, np.full((*lines.shape[:-1], 1), -np.inf, x.dtype)
    for start in range(0, lines.shape[-1], 1024):
        block = lines[..., start : start + 1024]
        top = np.maximum(top, block.max(-1, keepdims=True))
        total = total + np.exp(block - top).sum(-1, keepdims=True)
    shares = np.ascontiguousarray(np.exp(lines - top) / total)
    return np.moveaxis(shares, -1, dim), (shares, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    x = normal(1, 1100)
    x[0, 1050] = 6
    return differs(__file__, "softmax", {"x": x})
