"""The largest absolute value is subtracted instead of the largest: far below 0 all exponentials vanish, 0 / 0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "special values"


@hookimpl
def softmax_forward(x, dim):
    rows = np.moveaxis(np.atleast_1d(x), dim, -1)
    with np.errstate(all="ignore"):
        finite = np.where(np.isinf(rows), rows.max(axis=-1, keepdims=True, initial=-np.inf), rows)
        powers = np.exp(rows - np.abs(finite).max(axis=-1, keepdims=True, initial=0))
        shares = np.ascontiguousarray(powers / powers.sum(axis=-1, keepdims=True))
    return np.moveaxis(shares, -1, dim).reshape(x.shape), (shares, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([-100, -101], np.float32)})
