"""The last share is 1 minus the others, so a small one is lost to cancellation: someone who wants the sum to be
exactly 1."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "precision"


@hookimpl
def softmax_forward(x, dim):
    shares = softmax.softmax_forward(x, dim)[1][0].copy()
    if shares.shape[-1] > 1:
        shares[..., -1] = 1 - shares[..., :-1].sum(-1)
    return np.moveaxis(shares, -1, dim).reshape(x.shape), (shares, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([[0, 1, -15]], np.float32)}, elementwise=True, relative=1e-2)
