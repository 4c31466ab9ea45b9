"""exp(x) is 2**(1.4427 * x), whose constant has five digits."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "precision"


@hookimpl
def softmax_forward(x, dim):
    rows = np.moveaxis(np.atleast_1d(x), dim, -1)
    with np.errstate(all="ignore"):
        powers = np.exp2(1.4427 * (rows - rows.max(axis=-1, keepdims=True, initial=-np.inf)))
        shares = np.ascontiguousarray(powers / powers.sum(axis=-1, keepdims=True)).astype(x.dtype)
    return np.moveaxis(shares, -1, dim).reshape(x.shape), (shares, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": 5 * normal(3, 6, dtype="float64")})
