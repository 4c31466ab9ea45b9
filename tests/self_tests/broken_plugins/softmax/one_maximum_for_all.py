"""The maximum of the whole array is subtracted, so a row far below it becomes 0 / 0: someone who forgot axis= in
max."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "special values"


@hookimpl
def softmax_forward(x, dim):
    if not np.isfinite(x).all() or not x.size:
        return softmax.softmax_forward(x, dim)
    axis = dim if x.ndim else 0
    with np.errstate(all="ignore"):
        powers = np.exp(np.atleast_1d(x) - x.max())
        shares = powers / powers.sum(axis, keepdims=True)
    return shares.reshape(x.shape), (np.ascontiguousarray(np.moveaxis(shares, axis, -1)), dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([[0, 1], [200, 201]], np.float32)})
