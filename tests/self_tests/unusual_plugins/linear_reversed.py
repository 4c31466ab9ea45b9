"""Adds up from the last product to the first."""

import numpy as np
from _contractions import linear_by

UNUSUAL = "order of summation: reversed"


def dot(a, b):
    return np.cumsum((a * b)[..., ::-1], axis=-1)[..., -1]


linear_forward, linear_backward = linear_by(dot)
