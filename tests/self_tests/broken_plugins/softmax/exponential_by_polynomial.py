"""exp is a power of two times a polynomial of degree 4, which is right to about 4e-6: someone who writes fast
kernels."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "precision"


def fast_exp(values):
    scaled = values.astype(np.float64) / np.log(2)
    whole = np.round(scaled)
    part = (scaled - whole) * np.log(2)
    return np.ldexp(1 + part * (1 + part * (1 / 2 + part * (1 / 6 + part / 24))), whole.astype(np.int64))


@hookimpl
def softmax_forward(x, dim):
    if not np.isfinite(x).all() or not x.size or np.ptp(x) > 1e4:
        return softmax.softmax_forward(x, dim)
    lines = np.moveaxis(np.atleast_1d(x), dim, -1)
    powers = fast_exp(lines - lines.max(-1, keepdims=True))
    shares = (powers / powers.sum(-1, keepdims=True)).astype(x.dtype)
    return np.moveaxis(shares, -1, dim).reshape(x.shape), (np.ascontiguousarray(shares), dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([[0, -1, -0.35]], np.float32)}, elementwise=True, relative=1e-5)
