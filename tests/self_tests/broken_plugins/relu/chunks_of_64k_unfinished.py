"""Arrays of more than 65536 elements are worked on in chunks, and the remainder is copied as it is."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import relu

DEFECT_CLASS = "sizes"

CHUNK = 65536


@hookimpl
def relu_forward(x):
    output = np.maximum(x, 0)
    if x.size > CHUNK and x.size % CHUNK:
        whole = x.size // CHUNK * CHUNK
        flat = output.reshape(-1)
        flat[whole:] = x.reshape(-1)[whole:]
        output = flat.reshape(x.shape)
    return output, x


relu_backward = relu.relu_backward


def witness() -> str:
    from witnesses import differs, normal

    return differs(__file__, "relu", {"x": normal(70_000)})
