"""The shares are saved in a buffer that the next forward of that shape overwrites, so the earlier backward uses the
later shares: someone who allocates once."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "aliasing"


_buffers = {}


@hookimpl
def softmax_forward(x, dim):
    output, (shares, dim) = softmax.softmax_forward(x, dim)
    buffer = _buffers.setdefault((shares.shape, shares.dtype), np.empty_like(shares))
    buffer[...] = shares
    return output.copy(), (buffer, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "softmax", {"x": normal(2, 3)}, between=[{"x": normal(2, 3, seed=1)}])
