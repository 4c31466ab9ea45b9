"""Computes in the C compiler's long double (80 bits on x86) and rounds once."""

import numpy as np
from _contractions import linear_by

UNUSUAL = "higher precision inside"


def dot(a, b):
    return (a.astype(np.longdouble) * b).sum(-1)


linear_forward, linear_backward = linear_by(dot)
