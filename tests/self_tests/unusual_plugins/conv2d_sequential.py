"""One product after the other is added, in the dtype of x, as three nested loops in C would."""

import numpy as np
from _contractions import conv2d_by

UNUSUAL = "order of summation: sequential"


def dot(a, b):
    return np.cumsum(a * b, axis=-1)[..., -1]


conv2d_forward, conv2d_backward = conv2d_by(dot)
