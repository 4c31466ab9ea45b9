"""One product after the other is added, in the dtype of x; a million terms too."""

import numpy as np
from _contractions import linear_by

UNUSUAL = "order of summation: sequential"


def dot(a, b):
    return np.cumsum(a * b, axis=-1)[..., -1]


linear_forward, linear_backward = linear_by(dot)
