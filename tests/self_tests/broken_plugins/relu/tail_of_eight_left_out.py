"""Elements beyond the last whole vector of eight pass as they are: someone who wrote a SIMD loop without a remainder
loop."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "sizes"


@hookimpl
def relu_forward(x):
    if not x.ndim:
        return np.maximum(x, 0), x
    flat = x.flatten()
    whole = flat.size // 8 * 8 or flat.size
    flat[:whole] = np.maximum(flat[:whole], 0)
    return flat.reshape(x.shape), x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import differs

    return differs(__file__, "relu", {"x": -np.ones(9, np.float32)})
