"""Rows that hold nothing but -inf give 0 and not NaN: someone who masks attention and cleans up with nan_to_num."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import softmax

DEFECT_CLASS = "special values"


@hookimpl
def softmax_forward(x, dim):
    output, saved = softmax.softmax_forward(x, dim)
    empty = (x == -np.inf).all(dim, keepdims=True) if x.ndim else x == -np.inf
    return np.where(empty, 0, output).astype(x.dtype), saved


softmax_backward = softmax.softmax_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "softmax", {"x": np.array([[-np.inf, -np.inf], [0, 1]], np.float32)})
