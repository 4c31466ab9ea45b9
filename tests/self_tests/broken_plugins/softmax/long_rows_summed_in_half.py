"""Axes of more than 256 elements have their exponentials summed in float16."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "sizes"


@hookimpl
def softmax_forward(x, dim):
    output, (shares, _) = softmax.softmax_forward(x, dim)
    if x.ndim and x.shape[dim] > 256:
        with np.errstate(all="ignore"):
            powers = shares / shares.max(axis=-1, keepdims=True)
            half = powers.sum(axis=-1, keepdims=True, dtype=np.float16).astype(x.dtype)
            shares = shares * (powers.sum(axis=-1, keepdims=True) / half)
        output = np.moveaxis(shares, -1, dim)
    return output, (shares, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(3, 300)})
