"""The values pass a float32 buffer, so float64 loses half of its digits: someone who allocates with dtype="f"."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "precision"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    output, saved = flatten.flatten_forward(x, start_dim, end_dim)
    buffer = np.empty(output.shape, "f")
    buffer[...] = output
    return buffer.astype(x.dtype), saved


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "flatten", {"x": normal(2, 3, dtype="float64")})
