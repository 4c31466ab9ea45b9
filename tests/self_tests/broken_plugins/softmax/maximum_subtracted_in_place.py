"""The maximum is subtracted from x itself where it may be written to: someone who wrote x -= x.max()."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "mutation"


@hookimpl
def softmax_forward(x, dim):
    if x.flags.writeable and x.ndim and x.size:
        with np.errstate(all="ignore"):
            x -= x.max(dim, keepdims=True)
    return softmax.softmax_forward(x, dim)


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import normal, writes

    return writes(__file__, "softmax", {"x": normal(2, 3)})
