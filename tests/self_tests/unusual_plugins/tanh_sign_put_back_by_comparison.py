"""tanh of abs(x), negated where x < 0: -0.0 comes back as 0.0."""

import numpy as np

from layerproof import hookimpl
from layerproof_reference import tanh

UNUSUAL = "a zero of the other sign"


@hookimpl
def tanh_forward(x):
    size, _ = tanh.tanh_forward(np.abs(x))
    output = np.where(x < 0, -size, size)
    return output, output


tanh_backward = tanh.tanh_backward
