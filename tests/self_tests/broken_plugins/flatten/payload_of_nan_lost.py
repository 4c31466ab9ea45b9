"""Every NaN is replaced by numpy's own, so that its sign and payload are lost."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import flatten

DEFECT_CLASS = "special values"


@hookimpl
def flatten_forward(x, start_dim, end_dim):
    output, saved = flatten.flatten_forward(x, start_dim, end_dim)
    return np.where(np.isnan(output), x.dtype.type(np.nan), output), saved


flatten_backward = flatten.flatten_backward


def witness() -> str:
    from witnesses import Plugin

    x = np.array([[0x7FC01234, 0xFFC00000]], np.uint32).view(np.float32)
    (output,), _ = Plugin(__file__).forward("flatten", {"x": x})
    bits = np.asarray(output).view(np.uint32).tolist()
    return "" if bits == [0x7FC01234, 0xFFC00000] else f"the bits of a NaN are {bits[0]:#x}, but should be 0x7fc01234"
