"""The exponentials are taken of x as it is, which overflow from 89 on: a beginner with the formula from the
textbook."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "special values"


@hookimpl
def softmax_forward(x, dim):
    _, (_, dim) = softmax.softmax_forward(x, dim)
    lines = np.moveaxis(np.atleast_1d(x), dim, -1)
    with np.errstate(all="ignore"):
        powers = np.exp(lines)
        shares = powers / powers.sum(-1, keepdims=True)
    return np.moveaxis(shares, -1, dim).reshape(x.shape), (shares, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([[100, 99, 0]], np.float32)})
