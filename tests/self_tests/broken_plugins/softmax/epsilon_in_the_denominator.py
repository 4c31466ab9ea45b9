"""1e-8 is added to the sum, which float32 does not notice and float64 does: someone who adds one to every
denominator."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "precision"


@hookimpl
def softmax_forward(x, dim):
    with np.errstate(all="ignore"):
        powers = np.exp(np.atleast_1d(x) - np.max(np.atleast_1d(x), dim, keepdims=True)) if x.size else x
        total = powers.sum(dim if x.ndim else 0, keepdims=True)
        shares = (powers / (total + 1e-8)).astype(x.dtype)
    lines = np.ascontiguousarray(np.moveaxis(np.atleast_1d(shares), dim, -1))
    return shares.reshape(x.shape), (lines, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 3, dtype="float64")})
